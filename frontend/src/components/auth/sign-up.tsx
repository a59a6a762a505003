"use client";

import { Suspense, useState } from "react";

import type { MailPromise } from "@/openapi/types.gen";
import { useResendVerification } from "@/queries/account";

import { AuthCard, AuthLink } from "./auth-card";
import { ProviderLinks } from "./federation/provider-links";
import { MailSent } from "./mail-sent";
import { emptySignUp, SignUpForm, type SignUpValues } from "./sign-up-form";

export function SignUp() {
  const resend = useResendVerification();
  const [values, setValues] = useState<SignUpValues>(emptySignUp);
  const [sent, setSent] = useState<MailPromise | null>(null);

  if (sent) {
    return (
      <MailSent
        promise={sent}
        whatNext="Open the link in it and enter the password you just chose. Then your ledger is ready."
        onResend={() => resend.mutateAsync({ body: { email: sent.email } })}
        onOtherAddress={() => setSent(null)}
      />
    );
  }
  return (
    <AuthCard
      title="Open a ledger for your team"
      footer={
        <>
          Have an account? <AuthLink href="/log-in">Log in</AuthLink>
        </>
      }
    >
      <div className="space-y-5">
        <Suspense>
          <ProviderLinks other="below" />
        </Suspense>
        <SignUpForm
          initial={values}
          onSent={(promise, typed) => {
            // The password is typed again: it need not be kept.
            setValues({ ...typed, password: "" });
            setSent(promise);
          }}
        />
      </div>
    </AuthCard>
  );
}
