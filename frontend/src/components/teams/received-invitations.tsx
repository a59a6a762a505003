"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { DateTimeText } from "@/components/figures/date-text";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ErrorState } from "@/components/ui/error-state";
import { FormMessage } from "@/components/ui/form-message";
import { ListRow, ListRows } from "@/components/ui/list-row";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage, toApiError } from "@/lib/errors";
import { asRole } from "@/lib/roles";
import type { ReceivedInvitation } from "@/openapi/types.gen";
import { myInvitationsOptions, useAcceptMyInvitation, useDeclineMyInvitation } from "@/queries/own-teams";
import { useMe } from "@/queries/session";

/** What waits at one's own confirmed address. */
export function ReceivedInvitations() {
  const { user } = useMe();
  const { data, error, refetch, isFetching } = useQuery(myInvitationsOptions());
  return (
    <Section title="Invitations to you">
      {data ? (
        data.items.length > 0 ? (
          <ListRows label="Invitations to you">
            {data.items.map((invitation) => (
              <Received key={invitation.id} invitation={invitation} />
            ))}
          </ListRows>
        ) : (
          <p className="text-sm text-muted">
            {user.is_email_verified
              ? `None is waiting. Ask the team to invite ${user.email}.`
              : `Confirm your e-mail address ${user.email} to see them here, or open the link in the invitation's mail.`}
          </p>
        )
      ) : error ? (
        <ErrorState
          title="The invitations could not be loaded"
          description={toApiError(error).detail}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      ) : (
        <div role="status" aria-label="Loading">
          <Skeleton className="h-10 w-full" />
        </div>
      )}
    </Section>
  );
}

function Received({ invitation }: { invitation: ReceivedInvitation }) {
  const { id, team_name, inviter_name, role, expires_at } = invitation;
  const [isAsking, setIsAsking] = useState(false);
  const accept = useAcceptMyInvitation();
  const decline = useDeclineMyInvitation();
  const path = { invitation_id: id };
  return (
    <ListRow
      title={team_name}
      meta={
        <>
          As {asRole(role)}
          {inviter_name ? `, invited by ${inviter_name}` : ""} · until <DateTimeText value={expires_at} />
          <FormMessage message={errorMessage(accept.error)} className="mt-2" />
        </>
      }
      actions={
        <>
          <Button
            size="sm"
            variant="primary"
            aria-label={`Join ${team_name}`}
            isPending={accept.isPending || accept.isSuccess}
            onClick={() => accept.mutate({ path })}
          >
            Join
          </Button>
          <Button
            size="sm"
            variant="ghost"
            aria-label={`Decline to join ${team_name}`}
            onClick={() => setIsAsking(true)}
          >
            Decline
          </Button>
          <ConfirmDialog
            isOpen={isAsking}
            onClose={() => setIsAsking(false)}
            onConfirm={() => decline.mutate({ path }, { onSuccess: () => setIsAsking(false) })}
            title={`Decline to join ${team_name}?`}
            description="Whoever invited you is told by mail. To join later you need a new invitation."
            confirmLabel="Decline invitation"
            isPending={decline.isPending}
            error={errorMessage(decline.error)}
          />
        </>
      }
    />
  );
}
