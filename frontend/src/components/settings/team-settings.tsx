"use client";

import { useSuspenseQuery } from "@tanstack/react-query";

import { useCan } from "@/queries/session";
import { teamOptions } from "@/queries/team";

import { TeamDetails } from "./team-details";
import { TeamForm } from "./team-form";

export function TeamSettings() {
  const { data: team } = useSuspenseQuery(teamOptions());
  return useCan("team:write") ? <TeamForm team={team} /> : <TeamDetails team={team} />;
}
