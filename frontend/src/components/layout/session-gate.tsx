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
  // 401: the query cache has already sent the browser to the login.
  if (error && toApiError(error).status !== 401) {
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
