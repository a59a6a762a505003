import type { Metadata } from "next";

import { AuthCard, AuthLink } from "@/components/auth/auth-card";
import { SignUpForm } from "@/components/auth/sign-up-form";

export const metadata: Metadata = { title: "Sign up" };

export default function SignUpPage() {
  return (
    <AuthCard
      title="Open a ledger for your team"
      footer={
        <>
          Have an account? <AuthLink href="/log-in">Log in</AuthLink>
        </>
      }
    >
      <SignUpForm />
    </AuthCard>
  );
}
