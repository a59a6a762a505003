"use client";

import { Button } from "@/components/ui/button";
import { FormMessage } from "@/components/ui/form-message";
import { errorMessage, toApiError } from "@/lib/errors";
import type { InvitationPreview } from "@/openapi/types.gen";
import { useAcceptInvitation } from "@/queries/invitation-link";
import { useLogOut } from "@/queries/session";

import { guestRefusal } from "./refusal";

type Props = { token: string; email: string; preview: InvitationPreview; onAccepted: () => void };

export function AcceptSignedIn({ token, email, preview, onAccepted }: Props) {
  const accept = useAcceptInvitation();
  const logOut = useLogOut();
  const isForAnother =
    accept.error !== null && toApiError(accept.error).code === "invitation-for-another-address";

  const changeAccount = () =>
    logOut.mutate(
      {},
      {
        // A full page load on purpose: nothing of this session stays in memory.
        onSuccess: () =>
          window.location.assign(
            preview.has_account ? `/log-in?next=${encodeURIComponent("/invitation")}` : "/invitation",
          ),
      },
    );

  return (
    <>
      <p className="text-sm">
        You are logged in as <span className="font-semibold wrap-anywhere">{email}</span>.
      </p>
      <FormMessage message={guestRefusal(accept.error, preview.inviter_name) ?? errorMessage(logOut.error)} />
      {isForAnother ? (
        <Button variant="primary" className="w-full" isPending={logOut.isPending} onClick={changeAccount}>
          Log out and change account
        </Button>
      ) : (
        <Button
          variant="primary"
          className="w-full"
          isPending={accept.isPending || accept.isSuccess}
          onClick={() => accept.mutate({ body: { token } }, { onSuccess: onAccepted })}
        >
          Accept invitation
        </Button>
      )}
    </>
  );
}
