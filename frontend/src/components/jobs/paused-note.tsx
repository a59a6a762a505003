import { Pause } from "lucide-react";

import type { JobPauseEntry } from "@/openapi/types.gen";

import { taskTitle } from "./task-words";

/** To a team: what waits although nothing is wrong with it. */
export function PausedNote({ pauses }: { pauses: readonly JobPauseEntry[] }) {
  if (pauses.length === 0) return null;
  return (
    <p className="mb-4 flex gap-3 border-l-2 border-overdue bg-overdue-soft px-4 py-3 text-sm">
      <Pause aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>{pauses.map(pausedSentence).join(" ")} Nothing is lost: it starts when it is resumed.</span>
    </p>
  );
}

function pausedSentence({ task, queue }: JobPauseEntry): string {
  return task === null
    ? `Everything is paused${queue === "default" ? "" : ` in the queue “${queue}”`}.`
    : `“${taskTitle(task)}” is paused.`;
}
