"use client";

import { useState, type SyntheticEvent } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { errorMessage } from "@/lib/errors";
import type { Passkey } from "@/openapi/types.gen";
import { useAddPasskey, useRemovePasskey, useRenamePasskey } from "@/queries/second-factors";

type AddProps = { isOpen: boolean; onCodes: (codes: readonly string[]) => void; onClose: () => void };

export function AddPasskeyDialog({ isOpen, onCodes, onClose }: AddProps) {
  const add = useAddPasskey();
  const close = () => {
    add.reset();
    onClose();
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title="Add a passkey"
      description="Name it after the device or manager that keeps it. Then your browser asks you to confirm."
      size="sm"
    >
      <NameForm
        submitLabel="Add passkey"
        initialName=""
        isPending={add.isPending}
        error={errorMessage(add.error)}
        onCancel={close}
        onName={(name) =>
          add.mutate(name, {
            onSuccess: (added) => {
              close();
              if (added.recovery_codes.length > 0) onCodes(added.recovery_codes);
            },
          })
        }
      />
    </Dialog>
  );
}

type PasskeyProps = { passkey: Passkey | null; onClose: () => void };

export function RenamePasskeyDialog({ passkey, onClose }: PasskeyProps) {
  const rename = useRenamePasskey();
  const close = () => {
    rename.reset();
    onClose();
  };
  return (
    <Dialog isOpen={passkey !== null} onClose={close} title="Rename passkey" size="sm">
      {passkey ? (
        <NameForm
          submitLabel="Rename"
          initialName={passkey.name}
          isPending={rename.isPending}
          error={errorMessage(rename.error)}
          onCancel={close}
          onName={(name) =>
            rename.mutate({ path: { passkey_id: passkey.id }, body: { name } }, { onSuccess: close })
          }
        />
      ) : null}
    </Dialog>
  );
}

export function RemovePasskeyDialog({ passkey, onClose }: PasskeyProps) {
  const remove = useRemovePasskey();
  const close = () => {
    remove.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      isOpen={passkey !== null}
      onClose={close}
      onConfirm={() => {
        if (passkey) remove.mutate({ path: { passkey_id: passkey.id } }, { onSuccess: close });
      }}
      title={`Remove ${passkey?.name ?? "passkey"}?`}
      description="It opens your account no longer. Delete it from the device or manager that keeps it too, so that it isn’t offered again."
      confirmLabel="Remove passkey"
      isDangerous
      isPending={remove.isPending}
      error={errorMessage(remove.error)}
    />
  );
}

type NameFormProps = {
  submitLabel: string;
  initialName: string;
  isPending: boolean;
  error: string | undefined;
  onName: (name: string) => void;
  onCancel: () => void;
};

function NameForm({ submitLabel, initialName, isPending, error, onName, onCancel }: NameFormProps) {
  const [name, setName] = useState(initialName);
  const [isMissing, setIsMissing] = useState(false);
  const onSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    setIsMissing(name.trim() === "");
    if (name.trim() !== "" && !isPending) onName(name.trim());
  };
  return (
    <form noValidate onSubmit={onSubmit} className="space-y-4">
      <Field label="Name" error={isMissing ? "Give it a name, such as “Laptop”." : undefined}>
        {(control) => (
          <Input
            {...control}
            autoFocus
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <FormMessage message={error} />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" isPending={isPending}>
          {submitLabel}
        </Button>
      </DialogActions>
    </form>
  );
}
