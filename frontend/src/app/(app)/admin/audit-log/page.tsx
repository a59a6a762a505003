import type { Metadata } from "next";

import { PlatformAuditLog } from "@/components/audit/platform-audit-log";

export const metadata: Metadata = { title: "Audit log of the installation" };

export default function Page() {
  return <PlatformAuditLog />;
}
