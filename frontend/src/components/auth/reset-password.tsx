"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useState } from "react";
import { useForm } from "react-hook-form";
import * as v from "valibot";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { LinkButton } from "@/components/ui/link-button";
import { applyFieldErrors, toApiError } from "@/lib/errors";
import { NEW_PASSWORD_HINT, newPassword } from "@/lib/new-password";
import { useMailedLink } from "@/lib/use-mailed-link";
import { useResetPassword } from "@/queries/account";

import { AuthCard } from "./auth-card";
import { AuthCardSkeleton } from "./auth-card-skeleton";
import { ForgotPassword } from "./forgot-password";

export function ResetPassword() {
  const link = useMailedLink();
  const [refusedToken, setRefusedToken] = useState<string | null>(null);

  if (!link) return <AuthCardSkeleton title="Set a new password" />;
  const token = link.get("token");
  if (!token) {
    return (
      <ForgotPassword
        isAnswer
        title="This link is not complete"
        description="Open it again from the mail, or have a new one sent. Your password is as it was."
      />
    );
  }
  if (refusedToken === token) {
    return (
      <ForgotPassword
        isAnswer
        title="This link does not work any more"
        description="A link works once and for a short time. Your password is as it was; have a new link sent."
      />
    );
  }
  return <NewPasswordForm key={token} token={token} onRefused={() => setRefusedToken(token)} />;
}

const schema = v.object({ new_password: newPassword });
type Values = v.InferOutput<typeof schema>;

function NewPasswordForm({ token, onRefused }: { token: string; onRefused: () => void }) {
  const reset = useResetPassword();
  const form = useForm<Values>({ resolver: valibotResolver(schema), defaultValues: { new_password: "" } });
  const { errors } = form.formState;

  if (reset.isSuccess) {
    return (
      <AuthCard
        isAnswer
        title="Your new password is set"
        description="You are logged out everywhere. Log in with the new password; if you use a second factor, it is asked for as always."
      >
        <LinkButton href="/log-in" variant="primary" className="w-full">
          Log in
        </LinkButton>
      </AuthCard>
    );
  }

  const onSubmit = form.handleSubmit(({ new_password: password }) => {
    reset.mutate(
      { body: { token, new_password: password } },
      {
        onError: (error) => {
          if (toApiError(error).code === "link-not-valid") onRefused();
          else applyFieldErrors(form, error);
        },
      },
    );
  });

  return (
    <AuthCard title="Set a new password" description="It logs you out everywhere; then you log in with it.">
      <form noValidate onSubmit={onSubmit} className="space-y-5" aria-label="Set a new password">
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
        <Button type="submit" variant="primary" className="w-full" isPending={reset.isPending}>
          Set new password
        </Button>
      </form>
    </AuthCard>
  );
}
