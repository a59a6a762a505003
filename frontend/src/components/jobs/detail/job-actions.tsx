"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import type { JobDetail } from "@/openapi/types.gen";
import { useCancelJob, useReplayJob, useStartJobNow, type JobReach } from "@/queries/jobs";

import { jobHref } from "../places";
import { taskTitle } from "../task-words";

type Props = { detail: JobDetail; reach: JobReach };

export function JobActions({ detail, reach }: Props) {
  const { job, can_cancel, can_replay, can_start_now } = detail;
  const [asking, setAsking] = useState<"cancel" | "replay" | null>(null);
  const router = useRouter();
  const cancel = useCancelJob(reach);
  const replay = useReplayJob(reach);
  const start = useStartJobNow(reach);

  const close = () => {
    setAsking(null);
    cancel.reset();
    replay.reset();
  };
  const onStart = () =>
    start.mutate(job.id, {
      onError: (error) => toast.error(errorMessage(error) ?? "It waits as before. Try again."),
    });

  return (
    <>
      {can_cancel ? <Button onClick={() => setAsking("cancel")}>Cancel job</Button> : null}
      {can_start_now ? (
        <Button variant="primary" isPending={start.isPending} onClick={onStart}>
          {job.is_waiting_for_retry ? "Retry now" : "Start now"}
        </Button>
      ) : null}
      {can_replay ? (
        <Button variant={job.state === "dead" ? "primary" : "secondary"} onClick={() => setAsking("replay")}>
          Replay
        </Button>
      ) : null}
      <ConfirmDialog
        isOpen={asking === "cancel"}
        onClose={close}
        onConfirm={() => cancel.mutate(job.id, { onSuccess: close })}
        title="Cancel this job?"
        description={
          job.state === "running"
            ? "It is stopped where it is. What it has not finished is not done, and this cannot be taken back; you can replay it later."
            : "What it was to do is not done, and this cannot be taken back; you can replay it later."
        }
        confirmLabel="Cancel job"
        cancelLabel="Keep it"
        isDangerous
        isPending={cancel.isPending}
        error={errorMessage(cancel.error)}
      />
      <ConfirmDialog
        isOpen={asking === "replay"}
        onClose={close}
        onConfirm={() => replay.mutate(job.id, { onSuccess: (made) => router.push(jobHref(reach, made.id)) })}
        title="Replay this job?"
        description={`“${taskTitle(job.task)}” is done again with the same arguments, in a new job. This one stays as it is.${job.state === "succeeded" ? " It was done already: a mail may go out a second time." : ""}`}
        confirmLabel="Replay"
        isPending={replay.isPending}
        error={errorMessage(replay.error)}
      />
    </>
  );
}
