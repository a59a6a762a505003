"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useRouter } from "next/navigation";
import { Suspense } from "react";
import { useForm } from "react-hook-form";
import * as v from "valibot";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { applyFieldErrors } from "@/lib/errors";
import { safeNextPath, secondStepPath } from "@/lib/next-path";
import { useAppInfo } from "@/queries/app-info";
import { useLogIn } from "@/queries/session";

import { ProviderLinks } from "./federation/provider-links";
import { PasskeyLogIn } from "./passkey-log-in";

const schema = v.object({
  email: v.pipe(v.string(), v.trim(), v.nonEmpty("Enter your e-mail address.")),
  password: v.pipe(v.string(), v.nonEmpty("Enter your password.")),
});
type Values = v.InferOutput<typeof schema>;

export function LogInForm() {
  const router = useRouter();
  const logIn = useLogIn();
  const demoLogin = useAppInfo()?.demo_login;
  const form = useForm<Values>({
    resolver: valibotResolver(schema),
    defaultValues: { email: "", password: "" },
  });
  const { errors } = form.formState;

  const onSubmit = form.handleSubmit((values) => {
    logIn.mutate(
      { body: values },
      {
        onSuccess: ({ is_second_factor_due: isSecondFactorDue }) => {
          const next = safeNextPath(window.location.search);
          router.replace(isSecondFactorDue ? secondStepPath(next) : next);
        },
        onError: (error) => applyFieldErrors(form, error),
      },
    );
  });

  // Until the page has moved on, the button stays quiet: a second press would log in twice.
  const isPending = logIn.isPending || logIn.isSuccess;

  return (
    <form noValidate onSubmit={onSubmit} className="space-y-5" aria-label="Log in">
      <Field label="E-mail" error={errors.email?.message}>
        {(control) => (
          <Input type="email" autoComplete="username webauthn" {...control} {...form.register("email")} />
        )}
      </Field>
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
      <Button type="submit" variant="primary" className="w-full" isPending={isPending}>
        Log in
      </Button>
      <PasskeyLogIn />
      <Suspense>
        <ProviderLinks other="above" />
      </Suspense>
      {demoLogin ? (
        <section aria-label="Demo account" className="border-t border-rule pt-5 text-sm">
          <p className="text-muted">
            This is a development server. A demo team is ready:{" "}
            <span className="text-ink">{demoLogin.email}</span>, password{" "}
            <span className="text-ink">{demoLogin.password}</span>
          </p>
          <Button
            className="mt-3 w-full"
            onClick={() => {
              form.clearErrors();
              form.setValue("email", demoLogin.email);
              form.setValue("password", demoLogin.password);
            }}
          >
            Fill in demo account
          </Button>
        </section>
      ) : null}
    </form>
  );
}
