import type { ReactNode } from "react";

import { LedgerPanel } from "@/components/auth/ledger-panel";
import { Wordmark } from "@/components/ui/logo";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <LedgerPanel />
      <main className="flex flex-col px-6 py-8 sm:px-12">
        <Wordmark className="lg:hidden" />
        <div className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-10">{children}</div>
      </main>
    </div>
  );
}
