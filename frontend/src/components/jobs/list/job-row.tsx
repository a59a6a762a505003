import type { ReactNode } from "react";

import { TimeAgo } from "@/components/figures/time-ago";
import { cn } from "@/components/ui/cn";
import { RowLink, RowListItem, TableCell, TableRow } from "@/components/ui/table";
import type { Job } from "@/openapi/types.gen";
import type { JobReach } from "@/queries/jobs";

import { formatSeconds } from "../durations";
import { JobStateBadge } from "../job-state";
import { attemptOf, hasWaited } from "../job-words";
import { jobHref } from "../places";
import { ProgressBar, progressWords } from "../progress-bar";
import { taskTitle } from "../task-words";
import { StartsIn } from "./starts-in";

type Props = {
  job: Job;
  reach: JobReach;
  isTicked: boolean;
  /** Absent for those who may only look. */
  onTick?: (id: string) => void;
};

export function JobRow({ job, reach, isTicked, onTick }: Props) {
  return (
    <TableRow className={isTicked ? "bg-sunken" : undefined}>
      {onTick ? (
        <TableCell>
          <Tick job={job} isTicked={isTicked} onTick={onTick} />
        </TableCell>
      ) : null}
      <TableCell className="max-w-72 py-2">
        <RowLink href={jobHref(reach, job.id)}>{taskTitle(job.task)}</RowLink>
        <span className="block truncate font-mono text-xs text-muted">{job.task}</span>
        {job.error_line && job.state !== "succeeded" ? (
          <span
            className={cn("block truncate text-xs", job.state === "dead" ? "text-overdue" : "text-muted")}
            title={job.error_line}
          >
            {job.error_line}
          </span>
        ) : null}
      </TableCell>
      {reach === "all" ? <TableCell className="wrap-anywhere">{teamOf(job)}</TableCell> : null}
      <TableCell>
        <JobStateBadge job={job} />
        <Sofar job={job} />
      </TableCell>
      <TableCell isFigure>{job.attempt === 0 ? <None /> : `${job.attempt} of ${job.max_attempts}`}</TableCell>
      <TableCell isFigure>{duration(hasWaited(job) ? job.wait_seconds : null)}</TableCell>
      <TableCell isFigure>{duration(job.duration_seconds)}</TableCell>
      <TableCell isFigure>
        <TimeAgo value={job.queued_at} />
      </TableCell>
    </TableRow>
  );
}

export function JobItem({ job, reach, isTicked, onTick }: Props) {
  return (
    <RowListItem className={onTick ? "grid-cols-[auto_1fr_auto]" : undefined}>
      {onTick ? (
        <span className="row-span-2">
          <Tick job={job} isTicked={isTicked} onTick={onTick} />
        </span>
      ) : null}
      <RowLink href={jobHref(reach, job.id)} className="min-w-0 truncate">
        {taskTitle(job.task)}
      </RowLink>
      <JobStateBadge job={job} />
      <span className="min-w-0 truncate text-muted">{itemLine(job, reach)}</span>
      <span className="text-right text-muted">
        <TimeAgo value={job.queued_at} />
      </span>
      {job.state === "running" || job.state === "queued" ? (
        <span className={onTick ? "col-span-2 col-start-2" : "col-span-2"}>
          <Sofar job={job} />
        </span>
      ) : null}
    </RowListItem>
  );
}

function itemLine(job: Job, reach: JobReach): ReactNode {
  const team = reach === "all" ? `${teamOf(job)}, ` : "";
  if (job.state === "dead" && job.error_line) {
    return (
      <>
        {team}
        <span className="text-overdue">{job.error_line}</span>
      </>
    );
  }
  const took = job.duration_seconds === null ? "" : `, ${formatSeconds(job.duration_seconds)}`;
  return `${team}${attemptOf(job)}${took}`;
}

/** Under the state: how far it is, or when it comes. */
function Sofar({ job }: { job: Job }) {
  if (job.state === "running" && job.progress.fraction > 0) {
    return (
      <span className="mt-1 block w-full min-w-28 text-xs text-muted">
        <ProgressBar progress={job.progress} label={`Progress of ${taskTitle(job.task)}`} />
        <span className="mt-0.5 block truncate">{progressWords(job.progress)}</span>
      </span>
    );
  }
  return job.state === "queued" ? <StartsIn dueAt={job.scheduled_at} /> : null;
}

function Tick({ job, isTicked, onTick }: { job: Job; isTicked: boolean; onTick: (id: string) => void }) {
  return (
    <input
      type="checkbox"
      aria-label={`Select ${taskTitle(job.task)}`}
      checked={isTicked}
      onChange={() => onTick(job.id)}
      // Above the row's link.
      className="relative z-10 block size-5 accent-accent"
    />
  );
}

function teamOf(job: Job): string {
  return job.team?.name ?? "System";
}

function duration(seconds: number | null): ReactNode {
  return seconds === null ? <None /> : formatSeconds(seconds);
}

function None() {
  return (
    <>
      <span aria-hidden className="text-muted">
        —
      </span>
      <span className="sr-only">not yet</span>
    </>
  );
}
