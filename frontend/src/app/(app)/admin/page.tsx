import type { Metadata } from "next";

import { AdminRedirect } from "@/components/admin/admin-redirect";

export const metadata: Metadata = { title: "Administration" };

export default function AdminPage() {
  return <AdminRedirect />;
}
