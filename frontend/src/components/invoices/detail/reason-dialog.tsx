"use client";

import { useState, type ReactNode } from "react";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Textarea } from "@/components/ui/textarea";
import { errorMessage, toApiError } from "@/lib/errors";

type Props = {
  isOpen: boolean;
  onClose: () => void;
  onConfirm: (reason: string) => void;
  title: string;
  description: ReactNode;
  /** What the reason is for: "Why is it void?" */
  reasonLabel: string;
  confirmLabel: string;
  isPending: boolean;
  error: unknown;
};

/** For what can't be taken back: says what happens, asks why, and keeps the reason in the books. */
export function ReasonDialog({ isOpen, onClose, title, description, ...form }: Props) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title} description={description} size="sm">
      <ReasonForm onClose={onClose} {...form} />
    </Dialog>
  );
}

type FormProps = Omit<Props, "isOpen" | "title" | "description">;

function ReasonForm({ onClose, onConfirm, reasonLabel, confirmLabel, isPending, error }: FormProps) {
  const [reason, setReason] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const refused = error ? toApiError(error).fields.find(({ path }) => path === "reason")?.detail : undefined;

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const isEmpty = reason.trim() === "";
        setIsMissing(isEmpty);
        if (!isEmpty && !isPending) onConfirm(reason.trim());
      }}
    >
      <Field
        label={reasonLabel}
        hint="Your team sees it in the timeline."
        error={isMissing ? "Write a few words." : refused}
      >
        {(control) => (
          <Textarea
            rows={2}
            maxLength={500}
            {...control}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      <FormMessage message={refused ? undefined : errorMessage(error)} className="mt-4" />
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="danger" isPending={isPending}>
          {confirmLabel}
        </Button>
      </DialogActions>
    </form>
  );
}
