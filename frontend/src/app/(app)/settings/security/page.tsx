import type { Metadata } from "next";

import { PasswordForm } from "@/components/settings/password-form";
import { PageHeader } from "@/components/ui/page-header";

export const metadata: Metadata = { title: "Security" };

export default function SecurityPage() {
  return (
    <>
      <PageHeader title="Security" />
      <PasswordForm />
    </>
  );
}
