"use client";

import { useState } from "react";

import { DateTimeText } from "@/components/figures/date-text";
import { Button } from "@/components/ui/button";
import { ConfirmByTypingDialog } from "@/components/ui/confirm-by-typing-dialog";
import { toApiError } from "@/lib/errors";
import { useCurrentTeam } from "@/queries/session";
import { useRequestTeamDeletion } from "@/queries/team-deletion";

export function DeleteTeam() {
  const team = useCurrentTeam();
  const request = useRequestTeamDeletion();
  const [isAsking, setIsAsking] = useState(false);

  if (team.deletion_due_at) {
    return (
      <p className="text-sm">
        {team.name} is deleted on <DateTimeText value={team.deletion_due_at} />. You can keep it with the
        button at the top of the page.
      </p>
    );
  }
  return (
    <>
      <Button variant="danger" onClick={() => setIsAsking(true)}>
        Delete {team.name}
      </Button>
      <ConfirmByTypingDialog
        isOpen={isAsking}
        onClose={() => {
          setIsAsking(false);
          request.reset();
        }}
        onConfirm={() =>
          request.mutate({ body: { name: team.name } }, { onSuccess: () => setIsAsking(false) })
        }
        title={`Delete ${team.name}?`}
        description="In 14 days its members, invitations and keys are gone, and nobody gets at its customers and invoices any more. Issued invoices are kept out of sight for as long as the law asks; the rest is deleted. Every member is told by mail. Until then everything works, and an owner can call it off."
        phrase={team.name}
        confirmLabel="Delete team"
        isPending={request.isPending}
        error={request.error ? refusalOf(request.error) : undefined}
      />
    </>
  );
}

function refusalOf(error: unknown): string {
  const { fields, detail } = toApiError(error);
  return fields[0]?.detail ?? detail;
}
