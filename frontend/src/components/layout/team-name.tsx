"use client";

import { ChevronsUpDown } from "lucide-react";
import { lazy, Suspense, useState } from "react";

import { useMe } from "@/queries/session";

const load = () => import("./team-menu-content");
const TeamMenuContent = lazy(() => load().then((module) => ({ default: module.TeamMenuContent })));
const CreateTeamDialog = lazy(() => import("@/components/teams/create-team-dialog"));

/** The team at work; pressing it shows the others. */
export function TeamName() {
  const { team } = useMe();
  const [isWanted, setIsWanted] = useState(false);
  const [isCreating, setIsCreating] = useState(false);

  const trigger = (
    <button
      type="button"
      aria-haspopup="menu"
      className="flex h-8 w-full min-w-0 items-center justify-between gap-2 rounded-sm px-3 text-left text-sm text-muted hover:bg-sunken hover:text-ink"
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => setIsWanted(true)}
    >
      <span className="sr-only">Team: </span>
      <span className="min-w-0 flex-1 truncate">{team?.name ?? "No team"}</span>
      <ChevronsUpDown aria-hidden className="size-4 shrink-0" />
    </button>
  );

  return (
    <>
      {isWanted ? (
        <Suspense fallback={trigger}>
          <TeamMenuContent trigger={trigger} onCreate={() => setIsCreating(true)} />
        </Suspense>
      ) : (
        trigger
      )}
      {isCreating ? (
        <Suspense>
          <CreateTeamDialog onClose={() => setIsCreating(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
