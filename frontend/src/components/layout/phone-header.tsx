"use client";

import { Menu as MenuIcon } from "lucide-react";
import Link from "next/link";
import { lazy, Suspense, useState } from "react";

import { Button } from "@/components/ui/button";
import { LogoMark } from "@/components/ui/logo";
import { Sheet } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";

import { NavLinks } from "./nav-links";
import { PhoneTeams } from "./phone-teams";
import { SessionGate } from "./session-gate";
import { UserMenu } from "./user-menu";

const CreateTeamDialog = lazy(() => import("@/components/teams/create-team-dialog"));

type Props = { onHelp: () => void };

/** What the sidebar holds, on a phone: a bar, and the navigation in a sheet. */
export function PhoneHeader({ onHelp }: Props) {
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  const [isCreating, setIsCreating] = useState(false);
  return (
    <>
      <header className="sticky top-0 z-30 flex h-14 items-center justify-between gap-2 border-b border-rule bg-paper px-2 md:hidden">
        <Button variant="ghost" size="icon" aria-label="Menu" onClick={() => setIsMenuOpen(true)}>
          <MenuIcon aria-hidden />
        </Button>
        <Link href="/dashboard" className="rounded-sm text-base" aria-label="Quittance, dashboard">
          <LogoMark />
        </Link>
        <SessionGate skeleton={<Skeleton className="m-2 size-8 rounded-full" />}>
          <UserMenu side="bottom" isCompact onHelp={onHelp} />
        </SessionGate>
      </header>
      <Sheet isOpen={isMenuOpen} onClose={() => setIsMenuOpen(false)} title="Quittance" side="left">
        <NavLinks onNavigate={() => setIsMenuOpen(false)} />
        <SessionGate skeleton={null}>
          <PhoneTeams
            onChoose={() => setIsMenuOpen(false)}
            onCreate={() => {
              setIsMenuOpen(false);
              setIsCreating(true);
            }}
          />
        </SessionGate>
      </Sheet>
      {isCreating ? (
        <Suspense>
          <CreateTeamDialog onClose={() => setIsCreating(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
