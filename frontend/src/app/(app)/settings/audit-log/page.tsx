import type { Metadata } from "next";

import { TeamAuditLog } from "@/components/audit/team-audit-log";

export const metadata: Metadata = { title: "Audit log" };

export default function AuditLogPage() {
  return <TeamAuditLog />;
}
