import { LinkButton } from "@/components/ui/link-button";

export function NotFoundPage() {
  return (
    <div className="border-y border-rule-strong ruled py-10">
      <div className="mx-auto max-w-md bg-paper p-6 text-center">
        <p className="text-sm text-muted figures">404</p>
        <h1 className="mt-1 text-lg font-semibold">Nothing is entered here</h1>
        <p className="mt-1 text-sm text-muted">
          The page does not exist, or it belongs to another team. Check the address, or start from the
          dashboard.
        </p>
        <LinkButton href="/dashboard" variant="primary" className="mt-5">
          Go to the dashboard
        </LinkButton>
      </div>
    </div>
  );
}
