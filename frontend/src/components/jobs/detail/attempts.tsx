import { Section } from "@/components/ui/section";
import type { JobFailure } from "@/openapi/types.gen";

import { formatSeconds } from "../durations";
import { MomentText } from "../moment-text";
import { Mono } from "./mono";

/** The attempts that failed, each with why. */
export function Attempts({ failures }: { failures: readonly JobFailure[] }) {
  if (failures.length === 0) return null;
  return (
    <Section title="Failed attempts">
      <ol className="divide-y divide-rule border-b border-rule text-sm">
        {failures.map((failure) => (
          <li key={failure.attempt} className="py-3">
            <Attempt failure={failure} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Attempt({ failure: { attempt, worker, started_at, ended_at, error } }: { failure: JobFailure }) {
  const headline = error?.trim().split("\n").at(-1) ?? "";
  const hasTrace = error?.trim().includes("\n") ?? false;
  const words = (
    <>
      <span className="font-semibold">Attempt {attempt}</span>
      <span className="text-muted">
        {started_at ? (
          <>
            {" · "}
            <MomentText value={started_at} />
          </>
        ) : null}
        {started_at && ended_at ? ` · took ${formatSeconds(secondsBetween(started_at, ended_at))}` : null}
        {worker ? ` · on ${worker}` : null}
      </span>
      <span className="mt-0.5 block wrap-anywhere">{headline}</span>
    </>
  );
  if (!hasTrace) return words;
  return (
    <details>
      <summary>{words}</summary>
      <Mono label={`Error of attempt ${attempt}`} className="mt-3">
        {error?.trim()}
      </Mono>
    </details>
  );
}

function secondsBetween(from: string, until: string): number {
  return (new Date(until).getTime() - new Date(from).getTime()) / 1000;
}
