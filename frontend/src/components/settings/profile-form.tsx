"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useForm } from "react-hook-form";
import * as v from "valibot";

import { UnsavedChangesDialog } from "@/components/layout/unsaved-changes-dialog";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { Section } from "@/components/ui/section";
import { toast } from "@/components/ui/toast";
import { applyFieldErrors } from "@/lib/errors";
import { useMe } from "@/queries/session";
import { useUpdateMe } from "@/queries/team";

const schema = v.object({ name: v.pipe(v.string(), v.trim(), v.nonEmpty("Enter your name.")) });
type Values = v.InferOutput<typeof schema>;

export function ProfileForm() {
  const { user, team } = useMe();
  const update = useUpdateMe();
  const form = useForm<Values>({ resolver: valibotResolver(schema), defaultValues: { name: user.name } });
  const { errors, isDirty } = form.formState;

  const onSubmit = form.handleSubmit((values) => {
    update.mutate(
      { body: values },
      {
        onSuccess: (saved) => {
          form.reset({ name: saved.name });
          toast.success("Profile saved.");
        },
        onError: (error) => applyFieldErrors(form, error),
      },
    );
  });

  return (
    <Section title="Name and role" className="max-w-form">
      <form noValidate aria-label="Profile" onSubmit={onSubmit} className="space-y-5">
        <Field label="Name" hint="Your team sees it beside what you did." error={errors.name?.message}>
          {(control) => <Input maxLength={120} autoComplete="name" {...control} {...form.register("name")} />}
        </Field>
        <dl className="text-sm">
          <dt className="font-semibold">Role</dt>
          <dd className="mt-1.5 capitalize">{team?.role ?? "In no team"}</dd>
        </dl>
        <FormMessage message={errors.root?.["server"]?.message} />
        <Button type="submit" variant="primary" isPending={update.isPending}>
          Save profile
        </Button>
        <UnsavedChangesDialog isDirty={isDirty} />
      </form>
    </Section>
  );
}
