"use client";

import { useQuery } from "@tanstack/react-query";

import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { FormMessage } from "@/components/ui/form-message";
import { LinkButton } from "@/components/ui/link-button";
import { errorMessage, toApiError } from "@/lib/errors";
import { useSignInProviders } from "@/queries/app-info";
import { linkedAccountsOptions, useBeginFederatedStepUp } from "@/queries/federation";

import { StepUpSkeleton } from "./step-up-skeleton";

/** For who signs in by an account elsewhere and has nothing to show here. */
export default function StepUpByProvider({ onLeave }: { onLeave: () => void }) {
  const { data: accounts, error, refetch, isFetching } = useQuery(linkedAccountsOptions());
  const providers = useSignInProviders();
  const begin = useBeginFederatedStepUp();

  if (error) {
    return (
      <ErrorState
        description={toApiError(error).detail}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    );
  }
  if (!accounts || !providers) return <StepUpSkeleton />;
  const linked = new Set(accounts.map((account) => account.provider_id));
  const usable = providers.filter(({ id, can_step_up: canStepUp }) => canStepUp && linked.has(id));
  if (usable.length === 0) {
    return <SetPasswordFirst names={accounts.map((account) => account.provider_name)} onLeave={onLeave} />;
  }
  return (
    <div className="space-y-5">
      <p className="text-sm">
        Log in with your linked account once more, and you are back on this page. Then make your change again:
        it is not made yet.
      </p>
      <FormMessage message={errorMessage(begin.error)} />
      <div className="space-y-3">
        {usable.map(({ id, name }) => (
          <Button
            key={id}
            variant="primary"
            className="w-full"
            isPending={(begin.isPending || begin.isSuccess) && begin.variables.path.provider === id}
            onClick={() =>
              begin.mutate({
                path: { provider: id },
                body: { next_path: window.location.pathname + window.location.search },
              })
            }
          >
            Confirm with {name}
          </Button>
        ))}
      </div>
    </div>
  );
}

/** Some providers, GitHub among them, neither ask again nor tell when they last did. */
function SetPasswordFirst({ names, onLeave }: { names: readonly string[]; onLeave: () => void }) {
  return (
    <div className="space-y-5 text-sm">
      <p>
        {names.join(" and ") || "Your provider"} cannot confirm that it is you. Set a password by mail, log in
        with it, and make this change then. Nothing was changed.
      </p>
      <LinkButton href="/forgot-password" variant="primary" className="w-full" onClick={onLeave}>
        Set a password by mail
      </LinkButton>
    </div>
  );
}
