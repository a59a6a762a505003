import { countOf } from "@/lib/format";
import type { AdminJobFilters, Job } from "@/openapi/types.gen";
import type { JobChoice } from "@/queries/jobs";

/** As many as the API takes at once. */
export const MOST_AT_ONCE = "1,000";

/** What one button would do: to which jobs, what they are called, and what else there is to say. */
export type Plan = { choice: JobChoice; label: string; what: string; rest: string };
export type Plans = { cancel: Plan | null; replay: Plan | null };

const isLive = ({ state }: Job) => state === "queued" || state === "running";

/** Of those that are ticked, only the live can be cancelled and only the others replayed. */
export function plansForTicked(selected: readonly Job[]): Plans {
  const live = selected.filter(isLive);
  const over = selected.filter((job) => !isLive(job));
  return {
    cancel: planFor(live, over.length, "over already"),
    replay: planFor(over, live.length, "not over yet"),
  };
}

function planFor(jobs: readonly Job[], restCount: number, why: string): Plan | null {
  if (jobs.length === 0) return null;
  const rest = restCount === 1 ? `is ${why} and stays as it is` : `are ${why} and stay as they are`;
  return {
    choice: { ids: jobs.map((job) => job.id) },
    label: String(jobs.length),
    what: countOf(jobs.length, "job"),
    rest: restCount === 0 ? "" : ` ${countOf(restCount, "selected job")} ${rest}.`,
  };
}

/** Without a state among the filters, the API replays what failed and cancels what still waits or works. */
export function plansForMatching(filters: AdminJobFilters): Plans {
  const [state] = filters.states ?? [];
  const isLiveState = state === "queued" || state === "running";
  const plan = (label: string, what: string): Plan => ({
    choice: { filters },
    label,
    what,
    rest: ` At most ${MOST_AT_ONCE} at once, the newest first.`,
  });
  const isOverState = state !== undefined && !isLiveState;
  const live = plan(state ? "all" : "all waiting or running", "every waiting or running job that matches");
  const over = state
    ? plan("all", "every job that matches")
    : plan("all failed", "every failed job that matches");
  return { cancel: isOverState ? null : live, replay: isLiveState ? null : over };
}
