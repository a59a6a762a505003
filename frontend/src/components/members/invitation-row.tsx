"use client";

import { useState } from "react";

import { DateTimeText } from "@/components/figures/date-text";
import { Badge, type BadgeTone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ListRow } from "@/components/ui/list-row";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import { asRole, outranks } from "@/lib/roles";
import type { Invitation, InvitationState } from "@/openapi/types.gen";
import { useResendInvitation, useRevokeInvitation } from "@/queries/members";
import { useCan, useCurrentTeam, useMe } from "@/queries/session";

const states: Record<InvitationState, { label: string; tone: BadgeTone }> = {
  pending: { label: "Open", tone: "open" },
  expired: { label: "Expired", tone: "overdue" },
  void: { label: "Not valid", tone: "overdue" },
  accepted: { label: "Accepted", tone: "paid" },
  declined: { label: "Declined", tone: "draft" },
  revoked: { label: "Revoked", tone: "draft" },
};

export function InvitationRow({ invitation }: { invitation: Invitation }) {
  const { role: ownRole } = useCurrentTeam();
  const { user } = useMe();
  const canInvite = useCan("members:invite") && user.is_email_verified;
  const isOpen = invitation.ended_at === null;
  const { label, tone } = states[invitation.state];

  return (
    <ListRow
      title={invitation.email}
      badge={<Badge tone={tone}>{label}</Badge>}
      meta={<InvitationMeta invitation={invitation} />}
      actions={
        canInvite && isOpen && !outranks(invitation.role, ownRole) ? (
          <InvitationActions invitation={invitation} />
        ) : null
      }
    />
  );
}

function InvitationMeta({ invitation }: { invitation: Invitation }) {
  const { role, state, invited_by_name, sent_at, expires_at, ended_at } = invitation;
  const by = invited_by_name ? ` by ${invited_by_name}` : "";
  return (
    <>
      As {asRole(role)}, invited{by}
      {ended_at ? (
        <>
          {" · "}ended <DateTimeText value={ended_at} />
        </>
      ) : null}
      {state === "pending" && sent_at ? (
        <>
          {" · "}the link works until <DateTimeText value={expires_at} />
        </>
      ) : null}
      {state === "pending" && !sent_at ? " · the mail is on its way" : null}
      {state === "expired" ? (
        <>
          {" · "}the link worked until <DateTimeText value={expires_at} />
        </>
      ) : null}
      {state === "void" ? " · whoever sent it may not invite any more; send it again in your own name" : null}
    </>
  );
}

function InvitationActions({ invitation }: { invitation: Invitation }) {
  const [isAsking, setIsAsking] = useState(false);
  const resend = useResendInvitation();
  const revoke = useRevokeInvitation();
  const path = { invitation_id: invitation.id };
  return (
    <>
      <Button
        size="sm"
        aria-label={`Send the invitation to ${invitation.email} again`}
        isPending={resend.isPending}
        onClick={() =>
          resend.mutate(
            { path },
            {
              onSuccess: () => toast.success(`A new link is on its way to ${invitation.email}.`),
              onError: (error) => toast.error(errorMessage(error) ?? ""),
            },
          )
        }
      >
        Send again
      </Button>
      <Button
        size="sm"
        variant="ghost"
        aria-label={`Revoke the invitation to ${invitation.email}`}
        onClick={() => setIsAsking(true)}
      >
        Revoke
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        onConfirm={() => revoke.mutate({ path }, { onSuccess: () => setIsAsking(false) })}
        title={`Revoke the invitation to ${invitation.email}?`}
        description="Its link stops working at once. You can invite them again any time."
        confirmLabel="Revoke invitation"
        isDangerous
        isPending={revoke.isPending}
        error={errorMessage(revoke.error)}
      />
    </>
  );
}
