"use client";

import { Menu as MenuIcon } from "lucide-react";
import Link from "next/link";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { LogoMark } from "@/components/ui/logo";
import { Sheet } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";

import { NavLinks } from "./nav-links";
import { SessionGate } from "./session-gate";
import { TeamName } from "./team-name";
import { UserMenu } from "./user-menu";

type Props = { onHelp: () => void };

/** What the sidebar holds, on a phone: a bar, and the navigation in a sheet. */
export function PhoneHeader({ onHelp }: Props) {
  const [isMenuOpen, setIsMenuOpen] = useState(false);
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
        <div className="px-2 pt-1 pb-4 text-sm">
          <SessionGate skeleton={null}>
            <TeamName />
          </SessionGate>
        </div>
        <NavLinks onNavigate={() => setIsMenuOpen(false)} />
      </Sheet>
    </>
  );
}
