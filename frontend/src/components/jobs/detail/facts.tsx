import Link from "next/link";

import { CopyButton } from "@/components/ui/copy-button";
import { Detail, DetailList } from "@/components/ui/detail-list";
import { Section } from "@/components/ui/section";
import type { JobDetail, JobReference } from "@/openapi/types.gen";
import type { JobReach } from "@/queries/jobs";

import { formatSeconds } from "../durations";
import { hasWaited } from "../job-words";
import { StateBadge } from "../job-state";
import { MomentText } from "../moment-text";
import { jobHref } from "../places";

type Props = { detail: JobDetail; reach: JobReach };

export function Facts({ detail, reach }: Props) {
  const { job, trace_id, replay_of, replays } = detail;
  return (
    <Section title="Facts">
      <DetailList>
        {reach === "all" ? (
          <Detail label="Team">
            {job.team ? (
              <Link className="underline" href={`/admin/teams/${job.team.id}`}>
                {job.team.name}
              </Link>
            ) : (
              "None: it is the system's own"
            )}
          </Detail>
        ) : null}
        <Detail label="Waited">{hasWaited(job) ? formatSeconds(job.wait_seconds ?? 0) : null}</Detail>
        <Detail label="Took">
          {job.duration_seconds === null ? null : formatSeconds(job.duration_seconds)}
        </Detail>
        {job.state === "queued" ? (
          <Detail label="Due">
            <MomentText value={job.scheduled_at} />
          </Detail>
        ) : null}
        <Detail label="Asked for by">{job.requested_by}</Detail>
        <Detail label="Worker">{job.worker}</Detail>
        <Detail label="Queue">
          {job.queue}, priority <span className="figures">{job.priority}</span>
        </Detail>
        {replay_of ? (
          <Detail label="Replay of">
            <Reference job={replay_of} reach={reach} />
          </Detail>
        ) : null}
        {replays.length > 0 ? (
          <Detail label={replays.length === 1 ? "Replay" : "Replays"}>
            <ul className="space-y-1">
              {replays.map((replay) => (
                <li key={replay.id}>
                  <Reference job={replay} reach={reach} />
                </li>
              ))}
            </ul>
          </Detail>
        ) : null}
        <Detail label="Job id">
          <Identifier value={job.id} label="Copy job id" />
        </Detail>
        <Detail label="Trace id">
          {trace_id ? <Identifier value={trace_id} label="Copy trace id" /> : null}
        </Detail>
      </DetailList>
    </Section>
  );
}

function Reference({ job, reach }: { job: JobReference; reach: JobReach }) {
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Link className="underline" href={jobHref(reach, job.id)}>
        <MomentText value={job.queued_at} />
      </Link>
      <StateBadge state={job.state} />
    </span>
  );
}

function Identifier({ value, label }: { value: string; label: string }) {
  return (
    <>
      <code className="block font-mono text-xs wrap-anywhere">{value}</code>
      <CopyButton size="sm" variant="ghost" className="-ml-3" value={value} label={label} />
    </>
  );
}
