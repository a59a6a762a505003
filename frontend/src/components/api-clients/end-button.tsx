"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { errorMessage } from "@/lib/errors";

type Props = {
  /** The verb: "Revoke". */
  verb: string;
  name: string;
  description: string;
  confirmLabel: string;
  isPending: boolean;
  error: unknown;
  /** Ends it; calls back when it has ended. */
  onEnd: (onEnded: () => void) => void;
};

export function EndButton({ verb, name, description, confirmLabel, isPending, error, onEnd }: Props) {
  const [isAsking, setIsAsking] = useState(false);
  const close = () => setIsAsking(false);
  return (
    <>
      <Button size="sm" aria-label={`${verb} ${name}`} onClick={() => setIsAsking(true)}>
        {verb}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={close}
        onConfirm={() => onEnd(close)}
        title={`${verb} ${name}?`}
        description={description}
        confirmLabel={confirmLabel}
        isDangerous
        isPending={isPending}
        error={errorMessage(error)}
      />
    </>
  );
}
