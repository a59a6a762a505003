"use client";

import { DateTimeText } from "@/components/figures/date-text";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import { useCan, useMe } from "@/queries/session";
import { useCancelTeamDeletion } from "@/queries/team-deletion";

/** On every page, until the team is kept or gone. */
export function TeamDeletionBanner() {
  const { team } = useMe();
  const canKeep = useCan("team:delete");
  const keep = useCancelTeamDeletion();
  if (!team?.deletion_due_at) return null;
  return (
    <Banner
      tone="warning"
      label="Team about to be deleted"
      action={
        canKeep ? (
          <Button
            size="sm"
            isPending={keep.isPending}
            onClick={() => keep.mutate({}, { onError: (error) => toast.error(errorMessage(error) ?? "") })}
          >
            Keep the team
          </Button>
        ) : null
      }
    >
      {team.name} will be deleted on <DateTimeText value={team.deletion_due_at} />.
      {canKeep ? null : " An owner can still call it off."}
    </Banner>
  );
}
