import type { Metadata } from "next";

import { SettingsRedirect } from "@/components/settings/settings-redirect";

export const metadata: Metadata = { title: "Settings" };

export default function SettingsPage() {
  return <SettingsRedirect />;
}
