"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { FormMessage } from "@/components/ui/form-message";
import { errorMessage } from "@/lib/errors";
import type { GivenRole } from "@/lib/roles";
import type { Member } from "@/openapi/types.gen";
import { useChangeRole } from "@/queries/members";

import { RoleField } from "./role-field";

type Props = { member: Member; isSelf: boolean; onClose: () => void };

export function ChangeRoleDialog({ member, isSelf, onClose }: Props) {
  const [role, setRole] = useState<GivenRole>(member.role === "owner" ? "admin" : member.role);
  const change = useChangeRole();
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="sm"
      title={isSelf ? "Change your own role" : `Change role of ${member.name}`}
      description={
        isSelf
          ? "It takes effect at once. With a lower role you cannot give yourself this one back."
          : "It takes effect at once, also where they are logged in already."
      }
    >
      <form
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (role === member.role) onClose();
          else if (!change.isPending)
            change.mutate({ path: { user_id: member.user_id }, body: { role } }, { onSuccess: onClose });
        }}
      >
        <RoleField value={role} onChange={setRole} />
        <FormMessage message={errorMessage(change.error)} />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isPending={change.isPending}>
            Change role
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
