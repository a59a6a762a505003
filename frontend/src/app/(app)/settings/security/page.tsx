import type { Metadata } from "next";

import { QueryBoundary } from "@/components/layout/query-boundary";
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
        <PasswordForm />
        <QueryBoundary skeleton={<SettingsSkeleton />} errorTitle="Your second factors could not be loaded">
          <SecondFactorSettings />
        </QueryBoundary>
      </div>
    </>
  );
}
