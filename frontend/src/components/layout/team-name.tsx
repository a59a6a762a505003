"use client";

import { useCurrentTeam } from "@/queries/session";

export function TeamName() {
  return <span className="block truncate text-muted">{useCurrentTeam().name}</span>;
}
