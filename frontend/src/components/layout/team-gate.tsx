"use client";

import { usePathname } from "next/navigation";
import { Fragment, lazy, Suspense, type ReactNode } from "react";

import { settingsNavigation } from "@/components/settings/settings-navigation";
import { useForgetFormerTeam } from "@/queries/own-teams";
import { useMe } from "@/queries/session";

import { PageSkeleton } from "./page-skeleton";

const NoTeamPage = lazy(() =>
  import("@/components/teams/no-team-page").then((module) => ({ default: module.NoTeamPage })),
);

/** One's own settings stand whether or not one is in a team; everything else is a team's, and starts anew in another. */
export function TeamGate({ children }: { children: ReactNode }) {
  useForgetFormerTeam();
  const { team } = useMe();
  const pathname = usePathname();
  if (team || isOwn(pathname)) return <Fragment key={team?.id}>{children}</Fragment>;
  return (
    <Suspense fallback={<PageSkeleton />}>
      <NoTeamPage />
    </Suspense>
  );
}

function isOwn(pathname: string): boolean {
  if (pathname === "/settings") return true;
  return settingsNavigation.some(({ pages }) =>
    pages.some(
      ({ href, permission }) =>
        permission === undefined && (pathname === href || pathname.startsWith(`${href}/`)),
    ),
  );
}
