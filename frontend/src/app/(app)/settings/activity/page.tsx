import type { Metadata } from "next";

import { AccountActivity } from "@/components/audit/account-activity";
import { PageHeader } from "@/components/ui/page-header";

export const metadata: Metadata = { title: "Activity" };

export default function ActivityPage() {
  return (
    <>
      <PageHeader
        title="Activity"
        description="Everything that changed in your own account, and whenever an administrator looked into it. If something here was not you, change your password."
      />
      <AccountActivity />
    </>
  );
}
