"use client";

import { ErrorPage } from "@/components/layout/error-page";

type Props = { error: Error; reset: () => void };

export default function RootError({ error, reset }: Props) {
  return (
    <main className="mx-auto max-w-form px-4 py-20">
      <ErrorPage error={error} onRetry={reset} />
    </main>
  );
}
