"use client";

import Link from "next/link";

import { Wordmark } from "@/components/ui/logo";
import { Skeleton } from "@/components/ui/skeleton";

import { NavLinks } from "./nav-links";
import { SessionGate } from "./session-gate";
import { TeamName } from "./team-name";
import { UserMenu } from "./user-menu";

type Props = { onHelp: () => void };

export function Sidebar({ onHelp }: Props) {
  return (
    <aside className="sticky top-0 hidden h-dvh flex-col p-4 double-rule-r md:flex">
      <Link href="/dashboard" className="mx-3 self-start rounded-sm" aria-label="Quittance, dashboard">
        <Wordmark />
      </Link>
      <div className="mt-1 mb-5 h-8">
        <SessionGate skeleton={<Skeleton className="mx-3 my-2 h-4 w-28" />}>
          <TeamName />
        </SessionGate>
      </div>
      <NavLinks />
      <div className="mt-auto h-12">
        <SessionGate skeleton={<Skeleton className="h-12 w-full" />}>
          <UserMenu side="top" onHelp={onHelp} />
        </SessionGate>
      </div>
    </aside>
  );
}
