"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { errorMessage } from "@/lib/errors";
import { jobPausesOptions, usePauseJobs } from "@/queries/job-operations";

/** Pauses everything; the banner has the button that resumes it. */
export function PauseQueue() {
  const { data: pauses } = useQuery(jobPausesOptions());
  const [isAsking, setIsAsking] = useState(false);
  const pause = usePauseJobs();
  if (!pauses || pauses.items.some(({ task }) => task === null)) return null;

  const close = () => {
    setIsAsking(false);
    pause.reset();
  };
  return (
    <>
      <Button onClick={() => setIsAsking(true)}>Pause everything</Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={close}
        onConfirm={() => pause.mutate({ body: {} }, { onSuccess: close })}
        title="Pause everything?"
        description="No worker starts any job of any team until you resume; mails and invoices wait. What is running ends as usual, and nothing is lost."
        confirmLabel="Pause everything"
        isDangerous
        isPending={pause.isPending}
        error={errorMessage(pause.error)}
      />
    </>
  );
}
