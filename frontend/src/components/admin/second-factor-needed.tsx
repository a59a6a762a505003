"use client";

import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import { logInPath } from "@/lib/next-path";
import { useLogOut, useMe } from "@/queries/session";

/** Who runs the installation can reach everybody's account, so a password alone does not open it. */
export function SecondFactorNeeded() {
  const { user } = useMe();
  const logOut = useLogOut();

  if (!user.has_second_factor) {
    return (
      <EmptyState
        title="Set up a second step first"
        description="The administration reaches everybody's account, so a password alone does not open it. Set up an authenticator app or a passkey, then log in with it."
        action={
          <LinkButton href="/settings/security" variant="primary">
            Go to your security settings
          </LinkButton>
        }
      />
    );
  }
  const onLogOut = () =>
    logOut.mutate(
      {},
      {
        onSuccess: () => window.location.assign(logInPath("/admin/users")),
        onError: (error) => toast.error(errorMessage(error) ?? "You are still logged in. Try again."),
      },
    );
  return (
    <EmptyState
      title="Log in with your second step"
      description="You have a second step, but this session was opened without it. Log in again and take it; you come back here."
      action={
        <Button variant="primary" isPending={logOut.isPending} onClick={onLogOut}>
          Log in again
        </Button>
      }
    />
  );
}
