"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { errorMessage } from "@/lib/errors";
import { countOf } from "@/lib/format";
import type { AdminJobFilters, Job, JobBulkResult } from "@/openapi/types.gen";
import { useCancelJobs, useReplayJobs, type JobReach } from "@/queries/jobs";

import { skippedSentence } from "../job-words";
import { plansForMatching, plansForTicked } from "./bulk-plans";

type Props = {
  reach: JobReach;
  selected: readonly Job[];
  /** Where all that is shown is ticked and more may match: what it is that they match. */
  matching: AdminJobFilters | null;
  onClear: () => void;
};

/** What can be done to the jobs that are ticked; it says how many before, and what became of them after. */
export function BulkBar({ reach, selected, matching, onClear }: Props) {
  const [asking, setAsking] = useState<"cancel" | "replay" | null>(null);
  const [wantsMatching, setWantsMatching] = useState(false);
  const [outcome, setOutcome] = useState("");
  const cancel = useCancelJobs(reach);
  const replay = useReplayJobs(reach);

  // Unticking one takes the wish back, so that ticking it again does not renew it.
  if (wantsMatching && matching === null) setWantsMatching(false);
  const isWhole = wantsMatching && matching !== null;
  const plans = isWhole ? plansForMatching(matching) : plansForTicked(selected);
  const clear = () => {
    setWantsMatching(false);
    onClear();
  };
  const close = () => {
    setAsking(null);
    cancel.reset();
    replay.reset();
  };
  const onDone = (verb: string) => (result: JobBulkResult) => {
    setOutcome(outcomeSentence(verb, result));
    setAsking(null);
    clear();
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
          <span className="mr-auto font-semibold figures">
            {isWhole ? "All that match, shown or not" : `${countOf(selected.length, "job")} selected`}
          </span>
          {matching && !isWhole ? (
            <Button size="sm" variant="ghost" onClick={() => setWantsMatching(true)}>
              Select all that match
            </Button>
          ) : null}
          {plans.replay ? (
            <Button size="sm" onClick={() => setAsking("replay")}>
              Replay {plans.replay.label}
            </Button>
          ) : null}
          {plans.cancel ? (
            <Button size="sm" onClick={() => setAsking("cancel")}>
              Cancel {plans.cancel.label}
            </Button>
          ) : null}
          <Button size="sm" variant="ghost" onClick={clear}>
            Clear
          </Button>
        </div>
      ) : null}
      {plans.cancel ? (
        <ConfirmDialog
          isOpen={asking === "cancel"}
          onClose={close}
          onConfirm={() => {
            if (plans.cancel) cancel.mutate(plans.cancel.choice, { onSuccess: onDone("cancelled") });
          }}
          title={`Cancel ${plans.cancel.what}?`}
          description={`What they were to do is not done, and this cannot be taken back; a cancelled job can be replayed.${plans.cancel.rest}`}
          confirmLabel={isWhole ? "Cancel all that match" : `Cancel ${plans.cancel.what}`}
          cancelLabel="Keep"
          isDangerous
          isPending={cancel.isPending}
          error={errorMessage(cancel.error)}
        />
      ) : null}
      {plans.replay ? (
        <ConfirmDialog
          isOpen={asking === "replay"}
          onClose={close}
          onConfirm={() => {
            if (plans.replay) replay.mutate(plans.replay.choice, { onSuccess: onDone("replayed") });
          }}
          title={`Replay ${plans.replay.what}?`}
          description={`Their work is done again, each in a new job. Once started it cannot be taken back.${plans.replay.rest}`}
          confirmLabel={isWhole ? "Replay all that match" : `Replay ${plans.replay.what}`}
          isPending={replay.isPending}
          error={errorMessage(replay.error)}
        />
      ) : null}
    </>
  );
}

function outcomeSentence(verb: string, { done_count, skipped, has_more }: JobBulkResult): string {
  const done = `${countOf(done_count, "job")} ${verb}.`;
  const left = skipped.length === 0 ? "" : ` Left as they were: ${skippedSentence(skipped)}.`;
  return `${done}${left}${has_more ? " More may match: do it again for those." : ""}`;
}
