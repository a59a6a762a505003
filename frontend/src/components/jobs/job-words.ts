import type { Job, JobMoment, JobSkipped, JobState } from "@/openapi/types.gen";

export const stateWords: Record<JobState, string> = {
  queued: "Waiting",
  running: "Running",
  succeeded: "Done",
  dead: "Failed",
  cancelled: "Cancelled",
};

/** One that failed and is tried again waits, too, but for another reason. */
export function stateOf({ state, is_waiting_for_retry }: Job): string {
  return state === "queued" && is_waiting_for_retry ? "Retrying" : stateWords[state];
}

export function attemptOf({ attempt, max_attempts }: Job): string {
  return attempt === 0 ? "not started" : `attempt ${attempt} of ${max_attempts}`;
}

/** What is put off to a later moment does not wait for a worker yet. */
export function hasWaited({ state, wait_seconds }: Job): boolean {
  return wait_seconds !== null && (wait_seconds > 0 || state !== "queued");
}

const skipWords: Record<JobSkipped["reason"], string> = {
  not_found: "is not there any more",
  is_over: "was over already",
  is_live: "is not over yet",
  is_being_replayed: "is being replayed already",
  key_is_taken: "has the same work under way already",
  task_is_gone: "belongs to a task that is gone",
  arguments_do_not_fit: "has arguments that its task does not take any more",
};

/** "2 were over already, 1 is not there any more". */
export function skippedSentence(skipped: readonly JobSkipped[]): string {
  const counts = new Map<JobSkipped["reason"], number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${inNumber(skipWords[reason], count)}`).join(", ");
}

function inNumber(predicate: string, count: number): string {
  if (count === 1) return predicate;
  return predicate.replace(/^\w+/, (verb) => plurals[verb] ?? verb);
}

const plurals: Readonly<Record<string, string>> = { is: "are", was: "were", has: "have", belongs: "belong" };

/** A line of the job's timeline. */
export function momentSentence({ kind, attempt, by }: JobMoment): string {
  const who = by ?? "Quittance";
  switch (kind) {
    case "queued":
      return by === null ? "Queued" : `Queued by ${by}`;
    case "started":
      return `Attempt ${attempt ?? 1} started`;
    case "failed":
      return `Attempt ${attempt ?? 1} failed`;
    case "retried":
      return `${who} asked not to wait any longer`;
    case "replayed":
      return `Replayed by ${who}`;
    case "cancelled":
      return `Cancelled by ${who}`;
    case "succeeded":
      return "Done";
    case "dead":
      return "Failed for good";
    case "is_replay":
      return "Made to replay an earlier job";
  }
}
