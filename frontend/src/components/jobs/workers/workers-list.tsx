"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { HeartPulse, Hourglass, Unplug } from "lucide-react";
import Link from "next/link";

import { TimeAgo } from "@/components/figures/time-ago";
import { Badge } from "@/components/ui/badge";
import { EmptyState } from "@/components/ui/empty-state";
import type { JobWorkerEntry, JobWorkerRun } from "@/openapi/types.gen";
import { jobWorkersOptions } from "@/queries/job-operations";

import { formatSeconds } from "../durations";
import { jobHref } from "../places";
import { ProgressBar, progressWords } from "../progress-bar";
import { taskTitle } from "../task-words";

/** Who does the work, whether they are well, and what they are at. */
export function WorkersList() {
  const { data } = useSuspenseQuery(jobWorkersOptions());
  if (data.items.length === 0) {
    return (
      <EmptyState
        title="No worker is there"
        description="Jobs wait until one starts; nothing is lost. Start one with “litestar workers run”."
      />
    );
  }
  return (
    <ul aria-label="Workers" className="divide-y divide-rule border-y border-rule">
      {data.items.map((worker) => (
        <li key={worker.id} className="py-4 text-sm">
          <Worker worker={worker} />
        </li>
      ))}
    </ul>
  );
}

function Worker({ worker }: { worker: JobWorkerEntry }) {
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold wrap-anywhere">{worker.hostname}</span>
        <WorkerBadge worker={worker} />
        <span className="text-muted figures">
          heard of {formatSeconds(Math.round(worker.heartbeat_age_seconds))} ago
        </span>
      </div>
      <p className="mt-1 text-muted figures">
        Does {worker.running.length} of at most {worker.concurrency} · queue {worker.queue} · process{" "}
        {worker.pid} · version {worker.version} · started <TimeAgo value={worker.started_at} />
      </p>
      <p className="flex flex-wrap items-baseline gap-x-4">
        <code className="font-mono text-xs wrap-anywhere text-muted">{worker.id}</code>
        <Link className="underline" href={`/admin/jobs?worker=${encodeURIComponent(worker.id)}`}>
          What it did
        </Link>
      </p>
      {worker.running.length > 0 ? (
        <ul aria-label={`What ${worker.hostname} is doing`} className="mt-3 border-l border-rule-strong">
          {worker.running.map((run) => (
            <Running key={run.id} run={run} />
          ))}
        </ul>
      ) : null}
    </>
  );
}

function WorkerBadge({ worker: { is_alive, is_stopping } }: { worker: JobWorkerEntry }) {
  const [Icon, tone, words] = !is_alive
    ? ([Unplug, "overdue", "Gone silent"] as const)
    : is_stopping
      ? ([Hourglass, "draft", "Stopping"] as const)
      : ([HeartPulse, "paid", "Well"] as const);
  return (
    <Badge tone={tone}>
      <Icon aria-hidden className="size-3.5" />
      {words}
    </Badge>
  );
}

function Running({ run }: { run: JobWorkerRun }) {
  return (
    <li className="py-1 pl-4">
      <Link className="font-medium underline" href={jobHref("all", run.id)}>
        {taskTitle(run.task)}
      </Link>
      <span className="text-muted figures">
        {` · ${run.team?.name ?? "System"} · attempt ${run.attempt} · for ${formatSeconds(run.duration_seconds)}`}
      </span>
      {run.progress.fraction > 0 ? (
        <span className="mt-1 block max-w-xs text-xs text-muted">
          <ProgressBar progress={run.progress} label={`Progress of ${taskTitle(run.task)}`} />
          {progressWords(run.progress)}
        </span>
      ) : null}
    </li>
  );
}
