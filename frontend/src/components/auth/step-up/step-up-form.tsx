"use client";

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";

import { ErrorState } from "@/components/ui/error-state";
import { toApiError } from "@/lib/errors";
import { stepUpOptions, useTakeStepUp, useTakeStepUpWithPasskey } from "@/queries/second-factors";

import { ProofForm, type ProofMethod } from "../proof-form";
import { StepUpSkeleton } from "./step-up-skeleton";

const StepUpByProvider = lazy(() => import("./step-up-by-provider"));

type Props = {
  onConfirmed: () => void;
  /** They go to another page of ours to get what they lack. */
  onLeave: () => void;
};

export function StepUpForm({ onConfirmed, onLeave }: Props) {
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
  if (!data) return <StepUpSkeleton />;
  const methods = data.methods.filter((method): method is ProofMethod => method !== "federated");
  if (methods.length === 0) {
    return (
      <Suspense fallback={<StepUpSkeleton />}>
        <StepUpByProvider onLeave={onLeave} />
      </Suspense>
    );
  }
  return (
    <div className="space-y-4">
      <p className="text-sm text-muted">Then what you started goes on by itself.</p>
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
    </div>
  );
}
