"use client";

import { useQuery } from "@tanstack/react-query";

import { AuthCard, AuthLink } from "@/components/auth/auth-card";
import { DateTimeText } from "@/components/figures/date-text";
import { ErrorState } from "@/components/ui/error-state";
import { LinkButton } from "@/components/ui/link-button";
import { toApiError } from "@/lib/errors";
import { asRole } from "@/lib/roles";
import type { InvitationPreview } from "@/openapi/types.gen";
import { invitationPreviewOptions } from "@/queries/invitation-link";
import { meOptions } from "@/queries/session";

import { AcceptSignedIn } from "./accept-signed-in";
import { DeclineInvitation } from "./decline-invitation";
import { InvitationSkeleton } from "./invitation-skeleton";
import { JoinForm } from "./join-form";

type Props = { token: string; onAccepted: () => void; onDeclined: () => void };

export function OpenInvitation({ token, onAccepted, onDeclined }: Props) {
  const preview = useQuery(invitationPreviewOptions(token));
  const me = useQuery(meOptions());
  const isSignedOut = me.error !== null && toApiError(me.error).status === 401;

  if (preview.error) return <LookUpFailure error={preview.error} onRetry={() => void preview.refetch()} />;
  if (me.error && !isSignedOut) return <LookUpFailure error={me.error} onRetry={() => void me.refetch()} />;
  if (!preview.data || me.isPending) return <InvitationSkeleton />;

  const { team_name, has_account } = preview.data;
  return (
    <AuthCard title={`Join ${team_name}`} description={<About preview={preview.data} />}>
      <div className="space-y-3">
        {me.data ? (
          <AcceptSignedIn
            token={token}
            email={me.data.user.email}
            preview={preview.data}
            onAccepted={onAccepted}
          />
        ) : has_account ? (
          <>
            <p className="text-sm">This address has an account already. Log in with it to accept.</p>
            <LinkButton
              href={`/log-in?next=${encodeURIComponent("/invitation")}`}
              variant="primary"
              className="w-full"
            >
              Log in to accept
            </LinkButton>
          </>
        ) : (
          <JoinForm
            token={token}
            preview={preview.data}
            onAccepted={onAccepted}
            onAccountFound={() => void preview.refetch()}
          />
        )}
        <DeclineInvitation token={token} teamName={team_name} onDeclined={onDeclined} />
      </div>
    </AuthCard>
  );
}

function About({ preview }: { preview: InvitationPreview }) {
  const { inviter_name, role, email_masked, expires_at } = preview;
  return (
    <>
      <p>
        <span className="font-semibold text-ink">{inviter_name}</span> invites you to work on its invoices as{" "}
        {asRole(role)}.
      </p>
      <p className="mt-2">
        The invitation is for {email_masked} and works until <DateTimeText value={expires_at} />.
      </p>
    </>
  );
}

function LookUpFailure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { code, detail } = toApiError(error);
  if (code === "invitation-ended") {
    return (
      <AuthCard
        title="This invitation has ended"
        description={detail}
        footer={
          <>
            In the team already? <AuthLink href="/log-in">Log in</AuthLink>
          </>
        }
      />
    );
  }
  return (
    <AuthCard title="Invitation">
      <ErrorState title="The invitation could not be opened" description={detail} onRetry={onRetry} />
    </AuthCard>
  );
}
