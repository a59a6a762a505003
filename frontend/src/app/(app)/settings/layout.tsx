import type { ReactNode } from "react";

import { SettingsNav } from "@/components/settings/settings-nav";

export default function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <div className="space-y-6 lg:grid lg:grid-cols-[11rem_minmax(0,1fr)] lg:items-start lg:space-y-0 lg:gap-x-12">
      <SettingsNav />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
