"use client";

import type { ReactNode } from "react";

import { Button } from "./button";
import { Dialog, DialogActions } from "./dialog";
import { FormMessage } from "./form-message";

type Props = {
  isOpen: boolean;
  onClose: () => void;
  onConfirm: () => void;
  title: string;
  /** What will happen, and whether it can be undone. */
  description: ReactNode;
  /** The verb of the action: "Void invoice". */
  confirmLabel: string;
  cancelLabel?: string;
  isDangerous?: boolean;
  isPending?: boolean;
  error?: string | undefined;
  children?: ReactNode;
};

export function ConfirmDialog({
  isOpen,
  onClose,
  onConfirm,
  title,
  description,
  confirmLabel,
  cancelLabel = "Cancel",
  isDangerous = false,
  isPending = false,
  error,
  children,
}: Props) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title} description={description} size="sm">
      {children}
      <FormMessage message={error} />
      <DialogActions>
        <Button onClick={onClose}>{cancelLabel}</Button>
        <Button variant={isDangerous ? "danger" : "primary"} isPending={isPending} onClick={onConfirm}>
          {confirmLabel}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
