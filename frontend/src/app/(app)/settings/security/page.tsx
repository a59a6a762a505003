import type { Metadata } from "next";

import { SignInProblem } from "@/components/auth/federation/sign-in-problem";
import { QueryBoundary } from "@/components/layout/query-boundary";
import { LinkedAccounts } from "@/components/settings/linked-accounts/linked-accounts";
import { LinkedAccountsSkeleton } from "@/components/settings/linked-accounts/linked-accounts-skeleton";
import { PasswordForm } from "@/components/settings/password-form";
import { SecondFactorSettings } from "@/components/settings/second-factors/second-factor-settings";
import { SettingsSkeleton } from "@/components/settings/settings-skeleton";
import { PageHeader } from "@/components/ui/page-header";

export const metadata: Metadata = { title: "Security" };

export default function SecurityPage() {
  return (
    <>
      <PageHeader title="Security" />
      <div className="space-y-10">
        <SignInProblem className="max-w-form" />
        <PasswordForm />
        <QueryBoundary
          skeleton={<LinkedAccountsSkeleton />}
          errorTitle="Your linked accounts could not be loaded"
        >
          <LinkedAccounts />
        </QueryBoundary>
        <QueryBoundary skeleton={<SettingsSkeleton />} errorTitle="Your second factors could not be loaded">
          <SecondFactorSettings />
        </QueryBoundary>
      </div>
    </>
  );
}
