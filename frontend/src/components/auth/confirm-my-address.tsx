"use client";

import { Button } from "@/components/ui/button";
import { FormMessage } from "@/components/ui/form-message";
import { LinkButton } from "@/components/ui/link-button";
import { toApiError } from "@/lib/errors";
import { useVerifyMyEmail } from "@/queries/account";

import { AuthCard, AuthLink } from "./auth-card";

type Props = { token: string; onRefused: (detail: string) => void };

/** For an account that exists already: whoever is signed in confirms its address. */
export function ConfirmMyAddress({ token, onRefused }: Props) {
  const verify = useVerifyMyEmail();

  if (verify.isSuccess) {
    return (
      <AuthCard
        isAnswer
        title="Your e-mail address is confirmed"
        description="Everything is open to you now."
      >
        <LinkButton href="/dashboard" variant="primary" className="w-full">
          Go to the dashboard
        </LinkButton>
      </AuthCard>
    );
  }

  const confirm = () =>
    verify.mutate(
      { body: { token } },
      {
        onError: (error) => {
          const { code, detail } = toApiError(error);
          if (code === "link-not-valid") onRefused(detail);
        },
      },
    );

  const error = verify.error ? toApiError(verify.error) : null;
  const isLoggedOut = error?.status === 401;
  return (
    <AuthCard
      title="Confirm your e-mail address"
      description="One press, and the address of the account you are logged in with is confirmed."
      footer={
        isLoggedOut ? (
          <>
            The link still works after you <AuthLink href="/log-in">log in</AuthLink>.
          </>
        ) : null
      }
    >
      <div className="space-y-5">
        <FormMessage
          message={
            isLoggedOut
              ? "You are not logged in here. Log in, then open the link in the mail once more."
              : error?.detail
          }
        />
        <Button variant="primary" className="w-full" isPending={verify.isPending} onClick={confirm}>
          Confirm this address
        </Button>
      </div>
    </AuthCard>
  );
}
