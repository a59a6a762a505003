"use client";

import { ErrorState } from "@/components/ui/error-state";
import { ApiError } from "@/lib/errors";

type Props = { error: Error; onRetry: () => void };

/** What a route shows when something in it broke. */
export function ErrorPage({ error, onRetry }: Props) {
  const description =
    error instanceof ApiError
      ? error.detail
      : "Something on this page broke. What you had saved is safe. Try again; if it stays, reload the page.";
  return <ErrorState title="This page stumbled" description={description} onRetry={onRetry} />;
}
