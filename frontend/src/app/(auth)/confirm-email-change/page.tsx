import type { Metadata } from "next";

import { ConfirmEmailChange } from "@/components/auth/confirm-email-change";

export const metadata: Metadata = { title: "Change of e-mail address" };

export default function ConfirmEmailChangePage() {
  return <ConfirmEmailChange />;
}
