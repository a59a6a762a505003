"use client";

import { Menu as MenuIcon } from "lucide-react";
import Link from "next/link";
import { useCallback, useState, type ReactNode } from "react";

import { Button } from "@/components/ui/button";
import { LogoMark, Wordmark } from "@/components/ui/logo";
import { Sheet } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";
import { useTeamEvents } from "@/lib/live-events";

import { NavLinks } from "./nav-links";
import { PageSkeleton } from "./page-skeleton";
import { SessionGate } from "./session-gate";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { TeamName } from "./team-name";
import { useShortcuts } from "./use-shortcuts";
import { UserMenu } from "./user-menu";

export function AppShell({ children }: { children: ReactNode }) {
  const [isMenuOpen, setIsMenuOpen] = useState(false);
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

      <header className="sticky top-0 z-30 flex h-14 items-center justify-between gap-2 border-b border-rule bg-paper px-2 md:hidden">
        <Button variant="ghost" size="icon" aria-label="Menu" onClick={() => setIsMenuOpen(true)}>
          <MenuIcon aria-hidden />
        </Button>
        <Link href="/dashboard" className="rounded-sm text-base" aria-label="Quittance, dashboard">
          <LogoMark />
        </Link>
        <SessionGate skeleton={<Skeleton className="m-2 size-8 rounded-full" />}>
          <UserMenu side="bottom" isCompact onHelp={openHelp} />
        </SessionGate>
      </header>
      <Sheet isOpen={isMenuOpen} onClose={() => setIsMenuOpen(false)} title="Quittance" side="left">
        <div className="px-2 pt-1 pb-4 text-sm">
          <SessionGate skeleton={null}>
            <TeamName />
          </SessionGate>
        </div>
        <NavLinks onNavigate={() => setIsMenuOpen(false)} />
      </Sheet>

      <aside className="sticky top-0 hidden h-dvh flex-col p-4 double-rule-r md:flex">
        <Link href="/dashboard" className="mx-3 self-start rounded-sm" aria-label="Quittance, dashboard">
          <Wordmark />
        </Link>
        <div className="mt-2 mb-6 h-5 px-3 text-sm">
          <SessionGate skeleton={<Skeleton className="h-4 w-28" />}>
            <TeamName />
          </SessionGate>
        </div>
        <NavLinks />
        <div className="mt-auto h-12">
          <SessionGate skeleton={<Skeleton className="h-12 w-full" />}>
            <UserMenu side="top" onHelp={openHelp} />
          </SessionGate>
        </div>
      </aside>

      <main id="content" tabIndex={-1} className="min-w-0 px-4 pt-6 pb-28 outline-none md:px-10 md:py-10">
        <div className="mx-auto max-w-page">
          <SessionGate skeleton={<PageSkeleton />}>
            <LiveUpdates />
            {children}
          </SessionGate>
        </div>
      </main>
      <ShortcutsDialog isOpen={isHelpOpen} onClose={() => setIsHelpOpen(false)} />
    </div>
  );
}

function LiveUpdates() {
  useTeamEvents();
  return null;
}
