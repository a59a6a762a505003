"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useRouter } from "next/navigation";
import { useForm } from "react-hook-form";
import * as v from "valibot";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { applyFieldErrors, toApiError } from "@/lib/errors";
import { useVerifyEmail } from "@/queries/account";

import { AuthCard } from "./auth-card";

const schema = v.object({ password: v.pipe(v.string(), v.nonEmpty("Enter your password.")) });
type Values = v.InferOutput<typeof schema>;

type Props = { token: string; onRefused: (detail: string) => void };

/** The link shows that one reads the mail, the password that it was oneself who signed up. */
export function FinishSignUp({ token, onRefused }: Props) {
  const router = useRouter();
  const verify = useVerifyEmail();
  const form = useForm<Values>({ resolver: valibotResolver(schema), defaultValues: { password: "" } });
  const { errors } = form.formState;

  const onSubmit = form.handleSubmit(({ password }) => {
    verify.mutate(
      { body: { token, password } },
      {
        onSuccess: ({ is_second_factor_due: isSecondFactorDue }) =>
          router.replace(isSecondFactorDue ? "/log-in/second-step" : "/dashboard"),
        onError: (error) => {
          const { code, detail } = toApiError(error);
          if (code === "link-not-valid") onRefused(detail);
          else applyFieldErrors(form, error);
        },
      },
    );
  });

  return (
    <AuthCard
      title="Confirm your e-mail address"
      description="Enter the password you chose when you signed up. If you did not sign up, close this page: nothing is made without it."
    >
      <form noValidate onSubmit={onSubmit} className="space-y-5" aria-label="Confirm your e-mail address">
        <Field label="Password" error={errors.password?.message}>
          {(control) => (
            <Input
              type="password"
              autoComplete="current-password"
              {...control}
              {...form.register("password")}
            />
          )}
        </Field>
        <FormMessage message={errors.root?.["server"]?.message} />
        <Button
          type="submit"
          variant="primary"
          className="w-full"
          isPending={verify.isPending || verify.isSuccess}
        >
          Confirm and open my ledger
        </Button>
      </form>
    </AuthCard>
  );
}
