"use client";

import { Section } from "@/components/ui/section";
import { useCan } from "@/queries/session";

import { DeleteTeam } from "./delete-team";
import { LeaveTeam } from "./leave-team";
import { ShareOwnership } from "./share-ownership";

/** What one does once: below the details, away from the daily work. */
export function TeamEnding() {
  const canTransfer = useCan("ownership:transfer");
  const canDelete = useCan("team:delete");
  return (
    <div className="mt-12 max-w-form space-y-12">
      {canTransfer ? (
        <Section
          title="Ownership"
          description="An owner may do everything, and decides about other owners and the team's end. A team can have several."
        >
          <ShareOwnership />
        </Section>
      ) : null}
      <Section
        title="Leave the team"
        description="You lose access at once. What you did stays, and somebody in the team can invite you again."
      >
        <LeaveTeam />
      </Section>
      {canDelete ? (
        <Section
          title="Delete the team"
          description="In 14 days, for everybody in it. Until then an owner can call it off."
        >
          <DeleteTeam />
        </Section>
      ) : null}
    </div>
  );
}
