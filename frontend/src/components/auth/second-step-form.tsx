"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect } from "react";

import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { toApiError } from "@/lib/errors";
import { safeNextPath } from "@/lib/next-path";
import { secondStepOptions, useTakeSecondStep, useTakeSecondStepWithPasskey } from "@/queries/second-factors";
import { useLogOut } from "@/queries/session";

import { ProofForm } from "./proof-form";

/** Whoever is here has shown a password; whoever is not, or is signed in already, is sent where they belong. */
export function SecondStepForm() {
  const router = useRouter();
  const { data, error, refetch, isFetching } = useQuery(secondStepOptions());
  const byCode = useTakeSecondStep();
  const byPasskey = useTakeSecondStepWithPasskey();
  const logOut = useLogOut();
  const isOver = (error && toApiError(error).status === 401) || false;
  const isTaken = data?.is_due === false;

  const goOn = () => router.replace(safeNextPath(window.location.search));
  useEffect(() => {
    if (isOver) router.replace(`/log-in${window.location.search}`);
    if (isTaken) router.replace(safeNextPath(window.location.search));
  }, [isOver, isTaken, router]);

  if (error && !isOver) {
    return (
      <ErrorState
        description={toApiError(error).detail}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    );
  }
  if (!data?.is_due) return <SecondStepSkeleton />;
  return (
    <div className="space-y-8">
      <ProofForm
        label="Second step"
        methods={data.methods}
        submitLabel="Log in"
        error={byCode.error ?? byPasskey.error}
        isPending={[byCode, byPasskey].some(({ isPending, isSuccess }) => isPending || isSuccess)}
        onProof={(body) => byCode.mutate({ body }, { onSuccess: goOn })}
        onPasskey={() => byPasskey.mutate(undefined, { onSuccess: goOn })}
        onChange={() => {
          byCode.reset();
          byPasskey.reset();
        }}
      />
      <div className="flex flex-wrap items-center justify-between gap-3 border-t border-rule pt-5 text-sm text-muted">
        <span>Not you, or no way to do this?</span>
        <Button
          size="sm"
          isPending={logOut.isPending}
          onClick={() => logOut.mutate({}, { onSuccess: () => router.replace("/log-in") })}
        >
          Log out
        </Button>
      </div>
    </div>
  );
}

function SecondStepSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="space-y-5">
      <Skeleton className="h-4 w-16" />
      <Skeleton className="h-14 w-56" />
      <Skeleton className="h-10 w-full" />
    </div>
  );
}
