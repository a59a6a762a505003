"use client";

import { QueryErrorResetBoundary } from "@tanstack/react-query";
import { notFound } from "next/navigation";
import { Suspense, type ReactNode } from "react";

import { ErrorBoundary } from "@/components/ui/error-boundary";
import { ErrorState } from "@/components/ui/error-state";
import { toApiError } from "@/lib/errors";

type Props = {
  /** The skeleton, at the size of what is coming. */
  skeleton: ReactNode;
  /** What could not be loaded: "The invoices could not be loaded". */
  errorTitle?: string;
  children: ReactNode;
};

/** Around every leaf that suspends on data: skeleton, then content, or what went wrong with "try again". */
export function QueryBoundary({ skeleton, errorTitle, children }: Props) {
  return (
    <QueryErrorResetBoundary>
      {({ reset }) => (
        <ErrorBoundary
          onReset={reset}
          fallback={(error, retry) => (
            <Failure error={error} title={errorTitle} onRetry={retry} skeleton={skeleton} />
          )}
        >
          <Suspense fallback={skeleton}>{children}</Suspense>
        </ErrorBoundary>
      )}
    </QueryErrorResetBoundary>
  );
}

type FailureProps = { error: unknown; title: string | undefined; onRetry: () => void; skeleton: ReactNode };

function Failure({ error, title, onRetry, skeleton }: FailureProps) {
  // Next steers by throwing; what it throws is not a failure of ours.
  if (isSteering(error)) throw error;
  const { status, detail } = toApiError(error);
  if (status === 404) notFound();
  // The session is over and the page is on its way to the login.
  if (status === 401) return skeleton;
  if (status === 403) return <ErrorState title="Not yours to see" description={detail} />;
  return <ErrorState {...(title ? { title } : {})} description={detail} onRetry={onRetry} />;
}

function isSteering(error: unknown): boolean {
  return error instanceof Error && "digest" in error && String(error.digest).startsWith("NEXT_");
}
