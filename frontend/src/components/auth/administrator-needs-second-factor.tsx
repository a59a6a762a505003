"use client";

import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { useMe } from "@/queries/session";

/** Instead of an administrator's page, for one who is signed in with a password alone. */
export function AdministratorNeedsSecondFactor() {
  const { user } = useMe();
  return (
    <EmptyState
      title="Administrators sign in with two factors"
      description={
        user.has_second_factor
          ? "You have a second factor, but this log-in was made without it. Log out, and log in with both."
          : "Whoever gets hold of your password could see every team. Set up an authenticator app or a passkey first; it takes a minute."
      }
      action={
        user.has_second_factor ? undefined : (
          <LinkButton href="/settings/security" variant="primary">
            Set up two-step log-in
          </LinkButton>
        )
      }
    />
  );
}
