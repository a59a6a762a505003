import { Ban, Check, Clock, Play, RotateCw, TriangleAlert, type LucideIcon } from "lucide-react";

import { Badge, type BadgeTone } from "@/components/ui/badge";
import type { Job, JobState as State } from "@/openapi/types.gen";

import { stateOf, stateWords } from "./job-words";

const looks: Record<State, { icon: LucideIcon; tone: BadgeTone }> = {
  queued: { icon: Clock, tone: "draft" },
  running: { icon: Play, tone: "open" },
  succeeded: { icon: Check, tone: "paid" },
  dead: { icon: TriangleAlert, tone: "overdue" },
  cancelled: { icon: Ban, tone: "draft" },
};

/** An icon, a word and a colour. */
export function StateBadge({ state }: { state: State }) {
  return <Look state={state} icon={looks[state].icon} words={stateWords[state]} />;
}

export function JobStateBadge({ job }: { job: Job }) {
  const isRetrying = job.state === "queued" && job.is_waiting_for_retry;
  return <Look state={job.state} icon={isRetrying ? RotateCw : looks[job.state].icon} words={stateOf(job)} />;
}

function Look({ state, icon: Icon, words }: { state: State; icon: LucideIcon; words: string }) {
  return (
    <Badge tone={looks[state].tone}>
      <Icon aria-hidden className="size-3.5" />
      {words}
    </Badge>
  );
}
