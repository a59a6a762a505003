import type { Metadata } from "next";
import Link from "next/link";

import { SignUpForm } from "@/components/auth/sign-up-form";

export const metadata: Metadata = { title: "Sign up" };

export default function SignUpPage() {
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight">Open a ledger for your team</h1>
      <p className="mt-1 mb-8 text-sm text-muted">
        Have an account?{" "}
        <Link href="/log-in" className="font-semibold text-accent-ink underline underline-offset-2">
          Log in
        </Link>
      </p>
      <SignUpForm />
    </>
  );
}
