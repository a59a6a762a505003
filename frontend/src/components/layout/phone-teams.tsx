"use client";

import { Plus } from "lucide-react";

import { TeamChoices } from "@/components/teams/team-choices";

type Props = { onChoose: () => void; onCreate: () => void };

export function PhoneTeams({ onChoose, onCreate }: Props) {
  return (
    <section aria-label="Teams" className="mt-4 border-t border-rule pt-3">
      <TeamChoices onChoose={onChoose} />
      <button
        type="button"
        className="flex h-11 w-full items-center gap-3 rounded-sm px-3 text-sm text-muted hover:bg-sunken hover:text-ink"
        onClick={onCreate}
      >
        <Plus aria-hidden className="size-4" />
        Create a team
      </button>
    </section>
  );
}
