import { CopyButton } from "@/components/ui/copy-button";
import { Section } from "@/components/ui/section";
import type { Job } from "@/openapi/types.gen";

import { Mono } from "./mono";

type Props = { error: string; job: Job };

export function JobError({ error, job }: Props) {
  const lines = error.trim().split("\n");
  const headline = lines.at(-1) ?? "";
  const isCancelled = job.state === "cancelled";
  return (
    <Section
      title={isCancelled ? "Why it ended" : "Error"}
      aside={
        isCancelled ? undefined : <CopyButton size="sm" variant="ghost" value={error} label="Copy error" />
      }
    >
      <p className={isCancelled ? "text-sm" : "text-sm font-semibold wrap-anywhere text-overdue"}>
        {headline}
      </p>
      {lines.length > 1 ? (
        <Mono label="Error with its trace" className="mt-3">
          {error.trim()}
        </Mono>
      ) : null}
    </Section>
  );
}
