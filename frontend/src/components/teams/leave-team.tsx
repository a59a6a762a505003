"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { errorMessage } from "@/lib/errors";
import { useLeaveTeam } from "@/queries/own-teams";
import { useCurrentTeam } from "@/queries/session";

export function LeaveTeam() {
  const team = useCurrentTeam();
  const leave = useLeaveTeam();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <Button onClick={() => setIsAsking(true)}>Leave {team.name}</Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => {
          setIsAsking(false);
          leave.reset();
        }}
        onConfirm={() => leave.mutate({ path: { team_id: team.id } })}
        title={`Leave ${team.name}?`}
        description="You lose access at once, on every device. To come back you need an invitation."
        confirmLabel="Leave team"
        isDangerous
        isPending={leave.isPending || leave.isSuccess}
        error={errorMessage(leave.error)}
      />
    </>
  );
}
