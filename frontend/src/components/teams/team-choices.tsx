"use client";

import { Check } from "lucide-react";

import { roleNames } from "@/lib/roles";
import { useMe } from "@/queries/session";

import { useTeamChoice } from "./use-team-choice";

type Props = { onChoose?: () => void };

/** One's teams as a list of buttons, for where a menu cannot open: inside the phone's sheet. */
export function TeamChoices({ onChoose }: Props) {
  const { team: current, teams } = useMe();
  const { choose, isPending } = useTeamChoice();
  return (
    <ul aria-label="Teams" className="space-y-0.5 text-sm">
      {teams.map((team) => {
        const isHere = team.id === current?.id;
        return (
          <li key={team.id}>
            <button
              type="button"
              aria-current={isHere ? "true" : undefined}
              aria-busy={isPending || undefined}
              className="flex min-h-11 w-full items-center gap-3 rounded-sm px-3 py-1.5 text-left hover:bg-sunken"
              onClick={() => {
                choose(team.id);
                onChoose?.();
              }}
            >
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{team.name}</span>
                <span className="block text-xs text-muted">{roleNames[team.role]}</span>
              </span>
              {isHere ? <Check aria-hidden className="size-4 shrink-0 text-accent-ink" /> : null}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
