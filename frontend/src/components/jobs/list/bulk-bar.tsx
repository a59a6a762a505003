"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { errorMessage } from "@/lib/errors";
import { countOf } from "@/lib/format";
import type { Job, JobBulkResult } from "@/openapi/types.gen";
import { useCancelJobs, useReplayJobs, type JobReach } from "@/queries/jobs";

import { skippedSentence } from "../job-words";

type Props = { reach: JobReach; selected: readonly Job[]; onClear: () => void };

const isLive = ({ state }: Job) => state === "queued" || state === "running";

/** What can be done to the jobs that are ticked; it says how many before, and what became of them after. */
export function BulkBar({ reach, selected, onClear }: Props) {
  const [asking, setAsking] = useState<"cancel" | "replay" | null>(null);
  const [outcome, setOutcome] = useState("");
  const cancel = useCancelJobs(reach);
  const replay = useReplayJobs(reach);

  const live = selected.filter(isLive);
  const over = selected.filter((job) => !isLive(job));
  const close = () => {
    setAsking(null);
    cancel.reset();
    replay.reset();
  };
  const onDone = (verb: string) => (result: JobBulkResult) => {
    setOutcome(outcomeSentence(verb, result));
    setAsking(null);
    onClear();
  };

  return (
    <>
      <p role="status" className="text-sm not-empty:mb-4 empty:hidden">
        {outcome}
      </p>
      {selected.length > 0 ? (
        <div
          role="group"
          aria-label="Selected jobs"
          className="sticky top-0 z-20 mb-3 flex flex-wrap items-center gap-2 rounded-md border border-rule-strong bg-raised px-3 py-2 text-sm shadow-low"
        >
          <span className="mr-auto font-semibold figures">{countOf(selected.length, "job")} selected</span>
          {over.length > 0 ? (
            <Button size="sm" onClick={() => setAsking("replay")}>
              Replay {over.length}
            </Button>
          ) : null}
          {live.length > 0 ? (
            <Button size="sm" onClick={() => setAsking("cancel")}>
              Cancel {live.length}
            </Button>
          ) : null}
          <Button size="sm" variant="ghost" onClick={onClear}>
            Clear
          </Button>
        </div>
      ) : null}
      <ConfirmDialog
        isOpen={asking === "cancel"}
        onClose={close}
        onConfirm={() => cancel.mutate(idsOf(live), { onSuccess: onDone("cancelled") })}
        title={`Cancel ${countOf(live.length, "job")}?`}
        description={`What they were to do is not done, and this cannot be taken back; a cancelled job can be replayed.${restSentence(over.length, "over already")}`}
        confirmLabel={`Cancel ${countOf(live.length, "job")}`}
        cancelLabel="Keep"
        isDangerous
        isPending={cancel.isPending}
        error={errorMessage(cancel.error)}
      />
      <ConfirmDialog
        isOpen={asking === "replay"}
        onClose={close}
        onConfirm={() => replay.mutate(idsOf(over), { onSuccess: onDone("replayed") })}
        title={`Replay ${countOf(over.length, "job")}?`}
        description={`Their work is done again, each in a new job. Once started it cannot be taken back.${restSentence(live.length, "not over yet")}`}
        confirmLabel={`Replay ${countOf(over.length, "job")}`}
        isPending={replay.isPending}
        error={errorMessage(replay.error)}
      />
    </>
  );
}

function idsOf(jobs: readonly Job[]): string[] {
  return jobs.map((job) => job.id);
}

function restSentence(count: number, why: string): string {
  if (count === 0) return "";
  return ` ${countOf(count, "selected job")} ${count === 1 ? "is" : "are"} ${why} and ${count === 1 ? "stays as it is" : "stay as they are"}.`;
}

function outcomeSentence(verb: string, { done_count, skipped }: JobBulkResult): string {
  const done = `${countOf(done_count, "job")} ${verb}.`;
  return skipped.length === 0 ? done : `${done} Left as they were: ${skippedSentence(skipped)}.`;
}
