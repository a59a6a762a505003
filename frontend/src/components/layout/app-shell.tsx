"use client";

import { lazy, Suspense, useCallback, useState, type ReactNode } from "react";

import { useTeamEvents } from "@/lib/live-events";
import { useMe } from "@/queries/session";

import { Banners } from "./banners";
import { PageSkeleton } from "./page-skeleton";
import { PhoneHeader } from "./phone-header";
import { SessionGate } from "./session-gate";
import { Sidebar } from "./sidebar";
import { TeamGate } from "./team-gate";
import { useShortcuts } from "./use-shortcuts";

const ShortcutsDialog = lazy(() =>
  import("./shortcuts-dialog").then((module) => ({ default: module.ShortcutsDialog })),
);

export function AppShell({ children }: { children: ReactNode }) {
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const openHelp = useCallback(() => setIsHelpOpen(true), []);
  useShortcuts(openHelp);

  return (
    <div className="min-h-dvh md:grid md:grid-cols-[14rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-raised focus:px-4 focus:py-2 focus:text-sm focus:font-semibold"
      >
        Skip to content
      </a>
      <PhoneHeader onHelp={openHelp} />
      <Sidebar onHelp={openHelp} />
      <div className="min-w-0">
        <main id="content" tabIndex={-1} className="px-4 pt-6 pb-28 outline-none md:px-10 md:py-10">
          <div className="mx-auto max-w-page">
            <SessionGate skeleton={<PageSkeleton />}>
              <LiveUpdates />
              <Banners />
              <TeamGate>{children}</TeamGate>
            </SessionGate>
          </div>
        </main>
      </div>
      {isHelpOpen ? (
        <Suspense>
          <ShortcutsDialog onClose={() => setIsHelpOpen(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

function LiveUpdates() {
  useTeamEvents(useMe().team?.id);
  return null;
}
