"use client";

import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import type { JobPauseEntry } from "@/openapi/types.gen";
import { usePauseJobs, useResumeJobs } from "@/queries/job-operations";

import { taskTitle } from "../task-words";

type Props = { task: string; pauses: readonly JobPauseEntry[] };

/** Nothing is lost by a pause, so it needs no second question. */
export function PauseTask({ task, pauses }: Props) {
  const pause = usePauseJobs();
  const resume = useResumeJobs();
  const paused = pauses.find((entry) => entry.task === task);
  const [change, verb] = paused ? [resume, "Resume"] : [pause, "Pause"];
  return (
    <Button
      size="sm"
      aria-label={`${verb} ${taskTitle(task)}`}
      isPending={pause.isPending || resume.isPending}
      onClick={() =>
        change.mutate(
          { body: { task, ...(paused ? { queue: paused.queue } : {}) } },
          { onError: (error) => toast.error(errorMessage(error) ?? "Nothing was changed. Try again.") },
        )
      }
    >
      {verb}
    </Button>
  );
}
