"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useState, type ReactNode } from "react";
import { useForm } from "react-hook-form";
import * as v from "valibot";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { applyFieldErrors } from "@/lib/errors";
import type { MailPromise } from "@/openapi/types.gen";

import { AuthCard } from "./auth-card";
import { MailSent } from "./mail-sent";

const schema = v.object({
  email: v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty("Enter your e-mail address."),
    v.email("Enter an e-mail address like name@company.example."),
  ),
});
type Values = v.InferOutput<typeof schema>;

type Props = {
  title: string;
  description: ReactNode;
  footer: ReactNode;
  isAnswer?: boolean;
  ask: (email: string) => Promise<MailPromise>;
  /** What to do with the mail, in a sentence or two. */
  whatNext: string;
};

/** An address is typed, a mail goes there, and the page says so. */
export function AskForMail({ ask, whatNext, ...card }: Props) {
  const [sent, setSent] = useState<MailPromise | null>(null);
  const form = useForm<Values>({ resolver: valibotResolver(schema), defaultValues: { email: "" } });
  const { errors, isSubmitting } = form.formState;

  const onSubmit = form.handleSubmit(async ({ email }) => {
    if (isSubmitting) return;
    try {
      setSent(await ask(email));
    } catch (error) {
      applyFieldErrors(form, error);
    }
  });

  if (sent) {
    return (
      <MailSent
        promise={sent}
        whatNext={whatNext}
        onResend={() => ask(sent.email)}
        onOtherAddress={() => setSent(null)}
      />
    );
  }
  return (
    <AuthCard {...card}>
      <form noValidate onSubmit={onSubmit} className="space-y-5" aria-label={card.title}>
        <Field label="E-mail" error={errors.email?.message}>
          {(control) => (
            <Input type="email" autoComplete="username" {...control} {...form.register("email")} />
          )}
        </Field>
        <FormMessage message={errors.root?.["server"]?.message} />
        <Button type="submit" variant="primary" className="w-full" isPending={isSubmitting}>
          Send the link
        </Button>
      </form>
    </AuthCard>
  );
}
