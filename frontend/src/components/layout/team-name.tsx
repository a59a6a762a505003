"use client";

import { useMe } from "@/queries/session";

export function TeamName() {
  return <span className="block truncate text-muted">{useMe().team.name}</span>;
}
