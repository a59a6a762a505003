import type { Metadata } from "next";

import { EmailAddress } from "@/components/settings/email-address";
import { ProfileForm } from "@/components/settings/profile-form";
import { PageHeader } from "@/components/ui/page-header";

export const metadata: Metadata = { title: "Profile" };

export default function ProfilePage() {
  return (
    <>
      <PageHeader title="Profile" />
      <div className="space-y-10">
        <ProfileForm />
        <EmailAddress />
      </div>
    </>
  );
}
