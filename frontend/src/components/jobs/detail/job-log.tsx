"use client";

import { useQuery } from "@tanstack/react-query";
import { useLayoutEffect, useRef } from "react";

import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/errors";
import type { Job, JobLogEntry } from "@/openapi/types.gen";
import { jobLogOptions, type JobReach } from "@/queries/jobs";

const NEAR_PX = 24;
const clockFormat = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

type Props = { reach: JobReach; job: Job };

/** What the task wrote while it worked; new lines come while it does. */
export function JobLog({ reach, job }: Props) {
  const { data, error, refetch, isFetching } = useQuery(
    jobLogOptions(reach, job.id, job.state === "running"),
  );
  return (
    <Section title="Log">
      {data ? (
        <Lines lines={data.lines} isOver={job.state !== "queued" && job.state !== "running"} />
      ) : error ? (
        <ErrorState
          title="The log could not be loaded"
          description={errorMessage(error) ?? ""}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      ) : (
        <Skeleton className="h-24 w-full" />
      )}
    </Section>
  );
}

function Lines({ lines, isOver }: { lines: readonly JobLogEntry[]; isOver: boolean }) {
  const boxRef = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);

  // Who reads at the end stays at the end; who scrolled up stays there.
  useLayoutEffect(() => {
    const box = boxRef.current;
    if (box && isAtEnd.current) box.scrollTop = box.scrollHeight;
  }, [lines.length]);

  if (lines.length === 0) {
    return <p className="text-sm text-muted">{isOver ? "It wrote nothing." : "Nothing written yet."}</p>;
  }
  return (
    <ol
      ref={boxRef}
      tabIndex={0}
      aria-label="Log lines"
      onScroll={({ currentTarget: box }) => {
        isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
      }}
      className="max-h-96 overflow-auto rounded-md border border-rule bg-sunken px-4 py-3 font-mono text-xs"
    >
      {lines.map((line, index) => (
        <li key={`${line.attempt}.${line.number}`} className="group">
          {line.attempt === lines[index - 1]?.attempt ? null : (
            <p className="pt-3 pb-1 font-sans font-semibold text-muted group-first:pt-0">
              Attempt {line.attempt}
            </p>
          )}
          <Line line={line} />
        </li>
      ))}
    </ol>
  );
}

function Line({ line }: { line: JobLogEntry }) {
  const isBad = line.level === "error" || line.level === "critical" || line.level === "warning";
  return (
    <p className="flex gap-3 py-0.5">
      <time dateTime={line.at} className="shrink-0 text-muted max-sm:hidden">
        {clockFormat.format(new Date(line.at))}
      </time>
      <span className="min-w-0 wrap-anywhere">
        {isBad ? <span className="font-semibold text-overdue">{line.level} </span> : null}
        <span className="font-semibold">{line.event}</span>
        {Object.entries(line.fields).map(([name, value]) => (
          <span key={name} className="text-muted">
            {` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`}
          </span>
        ))}
      </span>
    </p>
  );
}
