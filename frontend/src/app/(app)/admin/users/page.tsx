import type { Metadata } from "next";

import { UsersPage } from "@/components/admin/users-page";

export const metadata: Metadata = { title: "People" };

export default function Page() {
  return <UsersPage />;
}
