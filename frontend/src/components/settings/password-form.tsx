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
import { NEW_PASSWORD_HINT, newPassword } from "@/lib/new-password";
import { useMe } from "@/queries/session";
import { useChangePassword } from "@/queries/team";

const changing = v.object({
  current_password: v.pipe(v.string(), v.nonEmpty("Enter your current password.")),
  new_password: newPassword,
});
const setting = v.object({ current_password: v.string(), new_password: newPassword });
type Values = v.InferOutput<typeof changing>;
const empty: Values = { current_password: "", new_password: "" };

export function PasswordForm() {
  const { user } = useMe();
  const change = useChangePassword();
  const hasPassword = user.has_password;
  const form = useForm<Values>({
    resolver: valibotResolver(hasPassword ? changing : setting),
    defaultValues: empty,
  });
  const { errors, isDirty } = form.formState;

  const onSubmit = form.handleSubmit((values) => {
    change.mutate(
      { body: hasPassword ? values : { new_password: values.new_password } },
      {
        onSuccess: () => {
          form.reset(empty);
          toast.success(`Password ${hasPassword ? "changed" : "set"}. Other sessions of yours have ended.`);
        },
        onError: (error) => applyFieldErrors(form, error),
      },
    );
  });

  return (
    <Section
      title="Password"
      description={
        hasPassword
          ? "Changing it logs you out everywhere else."
          : "You log in without one. Set one to log in with your e-mail address too; it logs you out everywhere else."
      }
      className="max-w-form"
    >
      <form noValidate aria-label="Password" onSubmit={onSubmit} className="space-y-5">
        {/* Password managers learn from it whose password this is. */}
        <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
        {hasPassword ? (
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
        ) : null}
        <Field label="New password" hint={NEW_PASSWORD_HINT} error={errors.new_password?.message}>
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
          {hasPassword ? "Change password" : "Set password"}
        </Button>
        <UnsavedChangesDialog isDirty={isDirty} />
      </form>
    </Section>
  );
}
