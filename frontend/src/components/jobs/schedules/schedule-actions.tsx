"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/errors";
import type { JobScheduleEntry } from "@/openapi/types.gen";
import { useRunSchedule, useUpdateSchedule } from "@/queries/job-operations";

import { jobHref } from "../places";
import { taskTitle } from "../task-words";

type Props = { schedule: JobScheduleEntry; onEdit: () => void };

export function ScheduleActions({ schedule, onEdit }: Props) {
  const [isAsking, setIsAsking] = useState(false);
  const router = useRouter();
  const run = useRunSchedule();
  const update = useUpdateSchedule();
  const title = taskTitle(schedule.task);
  const path = { schedule_name: schedule.name };

  const close = () => {
    setIsAsking(false);
    run.reset();
  };
  const onToggle = () =>
    update.mutate(
      { path, body: { is_enabled: !schedule.is_enabled } },
      { onError: (error) => toast.error(errorMessage(error) ?? "Nothing was changed. Try again.") },
    );

  return (
    <>
      <Button size="sm" aria-label={`Run now: ${title}`} onClick={() => setIsAsking(true)}>
        Run now
      </Button>
      <Button size="sm" aria-label={`Edit: ${title}`} onClick={onEdit}>
        Edit
      </Button>
      <Button
        size="sm"
        aria-label={`${schedule.is_enabled ? "Disable" : "Enable"}: ${title}`}
        isPending={update.isPending}
        onClick={onToggle}
      >
        {schedule.is_enabled ? "Disable" : "Enable"}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={close}
        onConfirm={() => run.mutate({ path }, { onSuccess: (made) => router.push(jobHref("all", made.id)) })}
        title={`Run “${title}” now?`}
        description="It runs once, besides its schedule, for the whole installation. Once started it cannot be taken back."
        confirmLabel="Run now"
        isPending={run.isPending}
        error={errorMessage(run.error)}
      />
    </>
  );
}
