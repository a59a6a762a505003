"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { toApiError } from "@/lib/errors";
import { membersOptions } from "@/queries/members";
import { useMe } from "@/queries/session";

import { ShareOwnershipDialog } from "./share-ownership-dialog";

export function ShareOwnership() {
  const { user } = useMe();
  const { data, error, refetch, isFetching } = useQuery(membersOptions());
  const [isOpen, setIsOpen] = useState(false);

  if (error) {
    return (
      <ErrorState
        title="The members could not be loaded"
        description={toApiError(error).detail}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    );
  }
  if (!data) return <Skeleton className="h-10 w-44" />;
  const others = data.items.filter(({ user_id }) => user_id !== user.id);
  if (others.length === 0) {
    return (
      <p className="text-sm">
        You are the only one in the team.{" "}
        <Link href="/settings/members" className="font-semibold underline underline-offset-2">
          Invite somebody
        </Link>{" "}
        first.
      </p>
    );
  }
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>Share or hand over ownership</Button>
      {isOpen ? <ShareOwnershipDialog members={others} onClose={() => setIsOpen(false)} /> : null}
    </>
  );
}
