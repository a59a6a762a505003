"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { Controller, useForm } from "react-hook-form";
import * as v from "valibot";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { applyFieldErrors } from "@/lib/errors";
import { useInvite } from "@/queries/members";

import { RoleField } from "./role-field";

const schema = v.object({
  email: v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty("Enter the e-mail address of whom you invite."),
    v.email("Enter an e-mail address like name@company.example."),
  ),
  role: v.picklist(["admin", "member", "viewer"]),
});
type Values = v.InferOutput<typeof schema>;

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const invite = useInvite();
  const form = useForm<Values>({
    resolver: valibotResolver(schema),
    defaultValues: { email: "", role: "member" },
  });
  const { errors } = form.formState;

  const onSubmit = form.handleSubmit((values) => {
    invite.mutate(
      { body: values },
      { onSuccess: onClose, onError: (error) => applyFieldErrors(form, error) },
    );
  });

  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="sm"
      title="Invite somebody"
      description="They get a link by mail. It works once, for seven days."
    >
      <form noValidate aria-label="Invitation" onSubmit={onSubmit} className="space-y-5">
        <Field label="E-mail" error={errors.email?.message}>
          {(control) => (
            <Input type="email" autoComplete="off" maxLength={254} {...control} {...form.register("email")} />
          )}
        </Field>
        <Controller
          control={form.control}
          name="role"
          render={({ field }) => (
            <RoleField value={field.value} onChange={field.onChange} error={errors.role?.message} />
          )}
        />
        <FormMessage message={errors.root?.["server"]?.message} />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isPending={invite.isPending}>
            Send invitation
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
