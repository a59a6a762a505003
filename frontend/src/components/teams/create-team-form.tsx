"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import * as v from "valibot";

import { Button } from "@/components/ui/button";
import { DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { applyFieldErrors } from "@/lib/errors";
import { useCreateTeam } from "@/queries/own-teams";

const schema = v.object({
  name: v.pipe(v.string(), v.trim(), v.nonEmpty("Enter the name of the team.")),
});
type Values = v.InferOutput<typeof schema>;

type Props = { onCreated?: () => void; cancel?: ReactNode };

export function CreateTeamForm({ onCreated, cancel }: Props) {
  const create = useCreateTeam();
  const form = useForm<Values>({ resolver: valibotResolver(schema), defaultValues: { name: "" } });
  const { errors } = form.formState;

  const onSubmit = form.handleSubmit((values) => {
    create.mutate(
      { body: values },
      { onSuccess: () => onCreated?.(), onError: (error) => applyFieldErrors(form, error) },
    );
  });

  return (
    <form noValidate aria-label="New team" onSubmit={onSubmit} className="space-y-4">
      <Field
        label="Team name"
        hint="Your company's name. It heads your invoices; you can change it later."
        error={errors.name?.message}
      >
        {(control) => (
          <Input maxLength={120} autoComplete="organization" {...control} {...form.register("name")} />
        )}
      </Field>
      <FormMessage message={errors.root?.["server"]?.message} />
      <DialogActions>
        {cancel}
        <Button type="submit" variant="primary" isPending={create.isPending || create.isSuccess}>
          Create team
        </Button>
      </DialogActions>
    </form>
  );
}
