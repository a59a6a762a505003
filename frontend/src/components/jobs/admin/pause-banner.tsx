"use client";

import { useQuery } from "@tanstack/react-query";
import { Pause } from "lucide-react";

import { TimeAgo } from "@/components/figures/time-ago";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import type { JobPauseEntry } from "@/openapi/types.gen";
import { jobPausesOptions, useResumeJobs } from "@/queries/job-operations";

import { taskTitle } from "../task-words";

/** As long as something is paused, every page about jobs says so. */
export function PauseBanner() {
  const pauses = useQuery(jobPausesOptions()).data?.items ?? [];
  if (pauses.length === 0) return null;
  return (
    <section aria-label="Paused" className="mb-6 border-l-2 border-overdue bg-overdue-soft px-4 py-2 text-sm">
      <ul>
        {pauses.map((pause) => (
          <li key={`${pause.queue}/${pause.task ?? ""}`} className="flex flex-wrap items-center gap-3 py-1">
            <Pause aria-hidden className="size-4 shrink-0" />
            <span className="min-w-0 flex-1 basis-52">
              <span className="font-semibold">{whatOf(pause)}</span> is paused
              {pause.paused_by ? ` by ${pause.paused_by}` : ""}, <TimeAgo value={pause.paused_at} />. No
              worker starts it; what was running ends as usual.
            </span>
            <Resume pause={pause} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function whatOf({ queue, task }: JobPauseEntry): string {
  return task === null ? `Everything in the queue “${queue}”` : `“${taskTitle(task)}”`;
}

function Resume({ pause: { queue, task } }: { pause: JobPauseEntry }) {
  const resume = useResumeJobs();
  return (
    <Button
      size="sm"
      isPending={resume.isPending}
      aria-label={`Resume ${task === null ? `the queue ${queue}` : taskTitle(task)}`}
      onClick={() =>
        resume.mutate(
          { body: { queue, task } },
          { onError: (error) => toast.error(errorMessage(error) ?? "It is still paused. Try again.") },
        )
      }
    >
      Resume
    </Button>
  );
}
