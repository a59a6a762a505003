import type { Metadata } from "next";
import { Suspense } from "react";

import { AuthCard, AuthLink } from "@/components/auth/auth-card";
import { SignInProblem } from "@/components/auth/federation/sign-in-problem";
import { LogInForm } from "@/components/auth/log-in-form";

export const metadata: Metadata = { title: "Log in" };

export default function LogInPage() {
  return (
    <AuthCard
      title="Log in"
      footer={
        <>
          New here? <AuthLink href="/sign-up">Open a ledger for your team</AuthLink>
        </>
      }
    >
      <Suspense>
        <SignInProblem className="mb-5" />
      </Suspense>
      <LogInForm />
      <p className="mt-5 text-sm">
        <AuthLink href="/forgot-password">Forgot your password?</AuthLink>
      </p>
    </AuthCard>
  );
}
