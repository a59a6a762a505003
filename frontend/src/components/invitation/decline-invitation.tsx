"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { errorMessage } from "@/lib/errors";
import { useDeclineInvitation } from "@/queries/invitation-link";

type Props = { token: string; teamName: string; onDeclined: () => void };

export function DeclineInvitation({ token, teamName, onDeclined }: Props) {
  const [isAsking, setIsAsking] = useState(false);
  const decline = useDeclineInvitation();
  return (
    <>
      <Button variant="ghost" className="w-full" onClick={() => setIsAsking(true)}>
        Decline
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        onConfirm={() => decline.mutate({ body: { token } }, { onSuccess: onDeclined })}
        title={`Decline to join ${teamName}?`}
        description="Whoever invited you is told by mail, and the link stops working. To join later you need a new invitation."
        confirmLabel="Decline invitation"
        isPending={decline.isPending}
        error={errorMessage(decline.error)}
      />
    </>
  );
}
