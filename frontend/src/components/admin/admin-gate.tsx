"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { ErrorState } from "@/components/ui/error-state";
import { TableSkeleton } from "@/components/ui/skeleton";
import { toApiError } from "@/lib/errors";
import { adminOverviewOptions } from "@/queries/admin";

import { AdminNav } from "./admin-nav";
import { SecondFactorNeeded } from "./second-factor-needed";

/** The administration opens to administrators who signed in with two factors; to everybody else it says why not. */
export function AdminGate({ children }: { children: ReactNode }) {
  const { data, error, refetch, isFetching } = useQuery(adminOverviewOptions());
  if (data) {
    return (
      <>
        <AdminNav />
        {children}
      </>
    );
  }
  if (!error) return <TableSkeleton />;

  const { status, code, detail } = toApiError(error);
  // The session is over and the page is on its way to the login.
  if (status === 401) return <TableSkeleton />;
  if (code === "administrator-needs-second-factor") return <SecondFactorNeeded />;
  if (status === 403) return <ErrorState title="Not yours to see" description={detail} />;
  return (
    <ErrorState
      title="The administration could not be opened"
      description={detail}
      onRetry={() => void refetch()}
      isRetrying={isFetching}
    />
  );
}
