"use client";

import { useQuery } from "@tanstack/react-query";

import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { toApiError } from "@/lib/errors";
import { stepUpOptions, useTakeStepUp, useTakeStepUpWithPasskey } from "@/queries/second-factors";

import { ProofForm, type ProofMethod } from "../proof-form";
import { StepUpByProvider } from "./step-up-by-provider";

export function StepUpForm({ onConfirmed }: { onConfirmed: () => void }) {
  const { data, error, refetch, isFetching } = useQuery(stepUpOptions());
  const byProof = useTakeStepUp();
  const byPasskey = useTakeStepUpWithPasskey();

  if (error) {
    return (
      <ErrorState
        description={toApiError(error).detail}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    );
  }
  if (!data) {
    return (
      <div role="status" aria-label="Loading" className="space-y-5">
        <Skeleton className="h-10 w-full" />
        <Skeleton className="h-10 w-full" />
      </div>
    );
  }
  const methods = data.methods.filter((method): method is ProofMethod => method !== "federated");
  if (methods.length === 0) return <StepUpByProvider />;
  return (
    <ProofForm
      label="Confirm that it is you"
      methods={methods}
      submitLabel="Confirm"
      error={byProof.error ?? byPasskey.error}
      isPending={byProof.isPending || byPasskey.isPending}
      onProof={(body) => byProof.mutate({ body }, { onSuccess: onConfirmed })}
      onPasskey={() => byPasskey.mutate(undefined, { onSuccess: onConfirmed })}
      onChange={() => {
        byProof.reset();
        byPasskey.reset();
      }}
    />
  );
}
