"use client";

import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import type { JobDetail } from "@/openapi/types.gen";
import type { JobReach } from "@/queries/jobs";

import { JobStateBadge } from "../job-state";
import { attemptOf } from "../job-words";
import { jobsHref } from "../places";
import { ProgressBar, progressWords } from "../progress-bar";
import { taskTitle } from "../task-words";
import { Attempts } from "./attempts";
import { Facts } from "./facts";
import { JobActions } from "./job-actions";
import { JobError } from "./job-error";
import { JobLog } from "./job-log";
import { Timeline } from "./timeline";
import { Values } from "./values";

type Props = { detail: JobDetail; reach: JobReach; canManage: boolean };

/** One job: what became of it on the left, what it is on the right. */
export function JobView({ detail, reach, canManage }: Props) {
  const { job } = detail;
  const error = detail.error ?? (job.state === "queued" ? detail.failures.at(-1)?.error : null);
  return (
    <>
      <PageHeader
        back={{ href: jobsHref[reach], label: "Jobs" }}
        title={taskTitle(job.task)}
        description={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span role="status">
              <JobStateBadge job={job} />
            </span>
            <span className="figures">{attemptOf(job)}</span>
            <code className="font-mono text-xs">{job.task}</code>
          </span>
        }
        secondary={canManage ? <JobActions detail={detail} reach={reach} /> : undefined}
      />
      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0 space-y-8">
          {job.state === "running" ? (
            <Section title="Progress">
              <ProgressBar progress={job.progress} label="Progress" />
              <p className="mt-2 text-sm text-muted figures">{progressWords(job.progress)}</p>
            </Section>
          ) : null}
          {error ? <JobError error={error} job={job} /> : null}
          <JobLog reach={reach} job={job} />
          <Attempts failures={detail.failures} />
          <Section title="Arguments">
            <Values values={detail.arguments} emptyWords="It takes none." />
          </Section>
          {detail.result === null || detail.result === undefined ? null : (
            <Section title="Result">
              <Values values={detail.result} emptyWords="It gave none." />
            </Section>
          )}
        </div>
        <div className="min-w-0 space-y-8">
          <Facts detail={detail} reach={reach} />
          <Timeline moments={detail.timeline} reach={reach} />
        </div>
      </div>
    </>
  );
}
