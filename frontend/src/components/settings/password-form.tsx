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
import { useChangePassword } from "@/queries/team";

const PASSWORD_MIN_LENGTH = 12;

const schema = v.object({
  current_password: v.pipe(v.string(), v.nonEmpty("Enter your current password.")),
  new_password: v.pipe(
    v.string(),
    v.minLength(PASSWORD_MIN_LENGTH, `Use at least ${PASSWORD_MIN_LENGTH} characters.`),
  ),
});
type Values = v.InferOutput<typeof schema>;
const empty: Values = { current_password: "", new_password: "" };

export function PasswordForm() {
  const { user } = useMe();
  const change = useChangePassword();
  const form = useForm<Values>({ resolver: valibotResolver(schema), defaultValues: empty });
  const { errors, isDirty } = form.formState;

  const onSubmit = form.handleSubmit((values) => {
    change.mutate(
      { body: values },
      {
        onSuccess: () => {
          form.reset(empty);
          toast.success("Password changed. Other sessions of yours have ended.");
        },
        onError: (error) => applyFieldErrors(form, error),
      },
    );
  });

  return (
    <Section title="Password" description="Changing it logs you out everywhere else." className="max-w-form">
      <form noValidate aria-label="Password" onSubmit={onSubmit} className="space-y-5">
        {/* Password managers learn from it whose password this is. */}
        <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
        <Field label="Current password" error={errors.current_password?.message}>
          {(control) => (
            <Input
              type="password"
              autoComplete="current-password"
              maxLength={128}
              {...control}
              {...form.register("current_password")}
            />
          )}
        </Field>
        <Field
          label="New password"
          hint={`At least ${PASSWORD_MIN_LENGTH} characters. A short sentence is good.`}
          error={errors.new_password?.message}
        >
          {(control) => (
            <Input
              type="password"
              autoComplete="new-password"
              maxLength={128}
              {...control}
              {...form.register("new_password")}
            />
          )}
        </Field>
        <FormMessage message={errors.root?.["server"]?.message} />
        <Button type="submit" isPending={change.isPending}>
          Change password
        </Button>
        <UnsavedChangesDialog isDirty={isDirty} />
      </form>
    </Section>
  );
}
