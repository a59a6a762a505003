"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useForm } from "react-hook-form";
import * as v from "valibot";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { applyFieldErrors } from "@/lib/errors";
import { NEW_PASSWORD_HINT, newPassword } from "@/lib/new-password";
import type { MailPromise } from "@/openapi/types.gen";
import { useSignUp } from "@/queries/account";

const schema = v.object({
  name: v.pipe(v.string(), v.trim(), v.nonEmpty("Enter your name.")),
  team_name: v.pipe(v.string(), v.trim(), v.nonEmpty("Enter the name of your team or company.")),
  email: v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty("Enter your e-mail address."),
    v.email("Enter an e-mail address like name@company.example."),
  ),
  password: newPassword,
});
export type SignUpValues = v.InferOutput<typeof schema>;
export const emptySignUp: SignUpValues = { name: "", team_name: "", email: "", password: "" };

type Props = { initial: SignUpValues; onSent: (promise: MailPromise, values: SignUpValues) => void };

export function SignUpForm({ initial, onSent }: Props) {
  const signUp = useSignUp();
  const form = useForm<SignUpValues>({ resolver: valibotResolver(schema), defaultValues: initial });
  const { errors } = form.formState;

  const onSubmit = form.handleSubmit((values) => {
    signUp.mutate(
      { body: values },
      {
        onSuccess: (promise) => onSent(promise, values),
        onError: (error) => applyFieldErrors(form, error),
      },
    );
  });

  return (
    <form noValidate onSubmit={onSubmit} className="space-y-5" aria-label="Sign up">
      <Field label="Your name" error={errors.name?.message}>
        {(control) => <Input autoComplete="name" {...control} {...form.register("name")} />}
      </Field>
      <Field
        label="Team"
        hint="Your company's name. It heads your invoices; you can change it later."
        error={errors.team_name?.message}
      >
        {(control) => <Input autoComplete="organization" {...control} {...form.register("team_name")} />}
      </Field>
      <Field label="E-mail" error={errors.email?.message}>
        {(control) => <Input type="email" autoComplete="username" {...control} {...form.register("email")} />}
      </Field>
      <Field label="Password" hint={NEW_PASSWORD_HINT} error={errors.password?.message}>
        {(control) => (
          <Input type="password" autoComplete="new-password" {...control} {...form.register("password")} />
        )}
      </Field>
      <FormMessage message={errors.root?.["server"]?.message} />
      <Button type="submit" variant="primary" className="w-full" isPending={signUp.isPending}>
        Create account
      </Button>
    </form>
  );
}
