"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Select } from "@/components/ui/select";
import type { AdminUser } from "@/openapi/types.gen";
import { useStartImpersonation } from "@/queries/impersonation";

import { ReasonField } from "./reason-field";
import { useReason } from "./use-reason";

export function Impersonate({ user }: { user: AdminUser }) {
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  return (
    <>
      <Button size="sm" onClick={() => setIsOpen(true)}>
        Impersonate
      </Button>
      <Dialog
        isOpen={isOpen}
        onClose={close}
        title={`Look through the eyes of ${user.name}?`}
        description="For an hour at most. They are told by mail who looked and why. Your own session ends: log in again afterwards."
        size="sm"
      >
        <ImpersonateForm user={user} onCancel={close} />
      </Dialog>
    </>
  );
}

function ImpersonateForm({ user, onCancel }: { user: AdminUser; onCancel: () => void }) {
  const start = useStartImpersonation();
  const { reason, setReason, fieldError, formError, check } = useReason(start.error);
  const [teamId, setTeamId] = useState(user.teams[0]?.id ?? null);
  const [isReadOnly, setIsReadOnly] = useState(true);

  return (
    <form
      noValidate
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault();
        const given = check();
        if (given === null || start.isPending) return;
        start.mutate(
          {
            path: { user_id: user.id },
            body: { reason: given, is_read_only: isReadOnly, team_id: teamId },
          },
          // A full page load on purpose: nothing of one's own session stays in memory.
          // eslint-disable-next-line @next/next/no-location-assign-relative-destination
          { onSuccess: () => window.location.assign("/dashboard") },
        );
      }}
    >
      <ReasonField
        label="Why do you need to look?"
        hint="They read it in the mail, in the banner and in their activity."
        error={fieldError}
        value={reason}
        onChange={setReason}
      />
      {user.teams.length > 1 ? (
        <Field label="In which team?">
          {(control) => (
            <Select {...control} value={teamId ?? ""} onChange={(event) => setTeamId(event.target.value)}>
              {user.teams.map((team) => (
                <option key={team.id} value={team.id}>
                  {team.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ) : null}
      <Checkbox
        label="Only look"
        hint="Without this you can also change the team's invoices and customers in their name."
        checked={isReadOnly}
        onChange={(event) => setIsReadOnly(event.target.checked)}
      />
      <FormMessage message={formError} />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="danger" isPending={start.isPending}>
          Start impersonation
        </Button>
      </DialogActions>
    </form>
  );
}
