"use client";

import { useSuspenseQuery } from "@tanstack/react-query";

import { ListRows } from "@/components/ui/list-row";
import { Section } from "@/components/ui/section";
import { invitationsOptions } from "@/queries/members";
import { useCan, useMe } from "@/queries/session";

import { InvitationRow } from "./invitation-row";

/** What is open first; below it what ended in the last days. */
export function InvitationList() {
  const { items } = useSuspenseQuery(invitationsOptions()).data;
  const open = items.filter(({ ended_at }) => ended_at === null);
  const ended = items.filter(({ ended_at }) => ended_at !== null);
  return (
    <Section title="Invitations" description={<WhoInvites hasInvitations={items.length > 0} />}>
      {items.length > 0 ? (
        <ListRows label="Invitations">
          {[...open, ...ended].map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} />
          ))}
        </ListRows>
      ) : null}
    </Section>
  );
}

function WhoInvites({ hasInvitations }: { hasInvitations: boolean }) {
  const { user } = useMe();
  const canInvite = useCan("members:invite");
  if (!canInvite) {
    return hasInvitations
      ? "Owners and admins invite people."
      : "Nobody is invited at present. Owners and admins invite people.";
  }
  if (!user.is_email_verified) {
    return `Confirm your e-mail address ${user.email} first, then you can invite people: the link is in the mail we sent you.`;
  }
  return hasInvitations
    ? "A link works once, for seven days. Sending it again makes a new one."
    : "Nobody is invited at present.";
}
