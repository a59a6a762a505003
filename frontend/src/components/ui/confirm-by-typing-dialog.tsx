"use client";

import { useRef, useState, type ReactNode } from "react";

import { Button } from "./button";
import { Dialog, DialogActions } from "./dialog";
import { Field } from "./field";
import { FormMessage } from "./form-message";
import { Input } from "./input";

type Props = {
  isOpen: boolean;
  onClose: () => void;
  onConfirm: () => void;
  title: string;
  /** What will be gone, and until when it can be brought back. */
  description: ReactNode;
  /** What has to be typed, such as the team's name. */
  phrase: string;
  /** The verb of the action: "Delete team". */
  confirmLabel: string;
  isPending?: boolean;
  error?: string | undefined;
};

/** For what nobody should do by a slip of the hand. */
export function ConfirmByTypingDialog({ isOpen, onClose, title, description, ...form }: Props) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title} description={description} size="sm">
      <TypingForm onClose={onClose} {...form} />
    </Dialog>
  );
}

type FormProps = Omit<Props, "isOpen" | "title" | "description">;

function TypingForm({ onClose, onConfirm, phrase, confirmLabel, isPending = false, error }: FormProps) {
  const inputRef = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [isWrong, setIsWrong] = useState(false);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const isRight = comparable(typed) === comparable(phrase);
        setIsWrong(!isRight);
        if (!isRight) inputRef.current?.focus();
        else if (!isPending) onConfirm();
      }}
    >
      <Field
        label={`Type “${phrase}” to confirm`}
        error={isWrong ? `This is not “${phrase}”. Type it exactly, capitals too.` : undefined}
      >
        {(control) => (
          <Input
            {...control}
            ref={inputRef}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      <FormMessage message={error} className="mt-4" />
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="danger" isPending={isPending}>
          {confirmLabel}
        </Button>
      </DialogActions>
    </form>
  );
}

/** A page shows several spaces as one, and keyboards write the same letter in two ways. */
function comparable(text: string): string {
  return text.normalize("NFC").trim().replace(/\s+/g, " ");
}
