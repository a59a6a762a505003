import { NotFoundPage } from "@/components/layout/not-found-page";

export default function NotFound() {
  return (
    <main className="mx-auto max-w-form px-4 py-20">
      <NotFoundPage />
    </main>
  );
}
