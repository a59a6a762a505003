"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { FormMessage } from "@/components/ui/form-message";
import type { AdminUser } from "@/openapi/types.gen";
import { useDisableUser } from "@/queries/admin";

import { ReasonField } from "./reason-field";
import { useReason } from "./use-reason";

export function DisableUser({ user }: { user: AdminUser }) {
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  return (
    <>
      <Button size="sm" onClick={() => setIsOpen(true)}>
        Disable account
      </Button>
      <Dialog
        isOpen={isOpen}
        onClose={close}
        title={`Disable the account of ${user.name}?`}
        description="All sessions end at once and nobody can log in with it. Nothing is deleted, and you can enable it again."
        size="sm"
      >
        <DisableForm userId={user.id} onDone={close} />
      </Dialog>
    </>
  );
}

function DisableForm({ userId, onDone }: { userId: string; onDone: () => void }) {
  const disable = useDisableUser();
  const { reason, setReason, fieldError, formError, check } = useReason(disable.error);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const given = check();
        if (given === null || disable.isPending) return;
        disable.mutate({ path: { user_id: userId }, body: { reason: given } }, { onSuccess: onDone });
      }}
    >
      <ReasonField
        label="Why is it disabled?"
        hint="Other administrators see it."
        error={fieldError}
        value={reason}
        onChange={setReason}
      />
      <FormMessage message={formError} className="mt-4" />
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="danger" isPending={disable.isPending}>
          Disable account
        </Button>
      </DialogActions>
    </form>
  );
}
