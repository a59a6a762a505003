import type { Metadata } from "next";

import { InvitationPage } from "@/components/invitation/invitation-page";

export const metadata: Metadata = { title: "Invitation", referrer: "no-referrer" };

export default function Invitation() {
  return <InvitationPage />;
}
