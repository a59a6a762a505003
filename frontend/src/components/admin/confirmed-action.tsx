"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { errorMessage } from "@/lib/errors";

type Variables = { path: { user_id: string } };

type Props = {
  mutation: {
    mutate: (variables: Variables, options: { onSuccess: () => void }) => void;
    reset: () => void;
    isPending: boolean;
    error: unknown;
  };
  userId: string;
  /** The verb, on the button and in the dialog. */
  label: string;
  title: string;
  description: string;
  isDangerous?: boolean;
};

/** A button that asks once more before it acts on somebody's account. */
export function ConfirmedAction({ mutation, userId, label, title, description, isDangerous = false }: Props) {
  const [isAsking, setIsAsking] = useState(false);
  const onClose = () => {
    setIsAsking(false);
    mutation.reset();
  };
  return (
    <>
      <Button size="sm" onClick={() => setIsAsking(true)}>
        {label}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={onClose}
        onConfirm={() =>
          mutation.mutate({ path: { user_id: userId } }, { onSuccess: () => setIsAsking(false) })
        }
        title={title}
        description={description}
        confirmLabel={label}
        isDangerous={isDangerous}
        isPending={mutation.isPending}
        error={errorMessage(mutation.error)}
      />
    </>
  );
}
