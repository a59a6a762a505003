"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { ErrorState } from "@/components/ui/error-state";
import { toApiError } from "@/lib/errors";
import { meOptions } from "@/queries/session";

type Props = { skeleton: ReactNode; children: ReactNode };

/**
 * Signed-in content renders once we know who is here, so never on the server and never during hydration:
 * below it, `useMe`, suspending queries and the address are safe to read.
 */
export function SessionGate({ skeleton, children }: Props) {
  const { data, error, refetch, isFetching } = useQuery({ ...meOptions(), staleTime: Infinity });

  if (data) return children;
  if (error && !isOnItsWay(error)) {
    return (
      <ErrorState
        title="Quittance cannot be opened right now"
        description={toApiError(error).detail}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    );
  }
  return skeleton;
}

/** The query cache has already sent the browser to the login, or to its second step. */
function isOnItsWay(error: unknown): boolean {
  const { status, code } = toApiError(error);
  return status === 401 || code === "second-factor-due";
}
