"use client";

import { formatExactDateTime } from "@/lib/format";
import { useNow } from "@/lib/use-now";

import { formatUntil } from "../durations";

/** "in 4 min"; nothing once it is due, because then it only waits for a worker. */
export function StartsIn({ dueAt }: { dueAt: string }) {
  const now = useNow();
  const words = formatUntil(dueAt, now);
  if (words === "now") return null;
  return (
    <time dateTime={dueAt} title={formatExactDateTime(dueAt)} className="block text-xs text-muted figures">
      {words}
    </time>
  );
}
