import type { Metadata } from "next";
import Link from "next/link";

import { LogInForm } from "@/components/auth/log-in-form";

export const metadata: Metadata = { title: "Log in" };

export default function LogInPage() {
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight">Log in</h1>
      <p className="mt-1 mb-8 text-sm text-muted">
        New here?{" "}
        <Link href="/sign-up" className="font-semibold text-accent-ink underline underline-offset-2">
          Open a ledger for your team
        </Link>
      </p>
      <LogInForm />
    </>
  );
}
