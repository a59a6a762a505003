"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import { roleNames } from "@/lib/roles";
import type { Member } from "@/openapi/types.gen";
import { useShareOwnership } from "@/queries/members";
import { useCurrentTeam } from "@/queries/session";

type Props = { members: readonly Member[]; onClose: () => void };

export function ShareOwnershipDialog({ members, onClose }: Props) {
  const team = useCurrentTeam();
  const share = useShareOwnership();
  const [userId, setUserId] = useState("");
  const [isHandover, setIsHandover] = useState(false);
  const [isMissing, setIsMissing] = useState(false);
  const chosen = members.find(({ user_id }) => user_id === userId);

  const onSubmit = () => {
    setIsMissing(!chosen);
    if (!chosen || share.isPending) return;
    share.mutate(
      { body: { user_id: chosen.user_id, is_handover: isHandover } },
      {
        onSuccess: () => {
          toast.success(
            isHandover
              ? `${chosen.name} owns ${team.name} now; you are an admin.`
              : `${chosen.name} is an owner beside you.`,
          );
          onClose();
        },
      },
    );
  };

  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="sm"
      title={`Share or hand over ${team.name}`}
      description="Whoever becomes an owner can take the role away from others, you too."
    >
      <form
        noValidate
        className="space-y-5"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <Field label="New owner" error={isMissing && !chosen ? "Choose who becomes an owner." : undefined}>
          {(control) => (
            <Select {...control} value={userId} onChange={(event) => setUserId(event.target.value)}>
              <option value="">Choose a member</option>
              {members.map((member) => (
                <option key={member.user_id} value={member.user_id}>
                  {member.name} ({member.email}, {roleNames[member.role].toLowerCase()})
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Checkbox
          label="Hand over: I become an admin"
          hint="You cannot take it back; only an owner can make you one again. Both of you are told by mail."
          checked={isHandover}
          onChange={(event) => setIsHandover(event.target.checked)}
        />
        <FormMessage message={errorMessage(share.error)} />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant={isHandover ? "danger" : "primary"} isPending={share.isPending}>
            {isHandover ? "Hand over" : "Make owner"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
