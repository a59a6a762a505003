"use client";

import { useSuspenseQuery } from "@tanstack/react-query";

import { ErrorState } from "@/components/ui/error-state";
import { usePathId } from "@/lib/use-path-id";
import { anyJobOptions, teamJobOptions } from "@/queries/jobs";
import { useCan } from "@/queries/session";

import { useLiveJobs } from "../use-live-jobs";
import { JobView } from "./job-view";

export function TeamJob() {
  return useCan("jobs:read") ? (
    <TeamJobDetail />
  ) : (
    <ErrorState
      title="Not yours to see"
      description="Only owners and admins see what runs in the background. Ask one of them."
    />
  );
}

function TeamJobDetail() {
  useLiveJobs("team");
  const { data } = useSuspenseQuery(teamJobOptions(usePathId("jobs")));
  return <JobView key={data.job.id} detail={data} reach="team" canManage={useCan("jobs:manage")} />;
}

/** The administration's layout listens already. */
export function AnyJob() {
  const { data } = useSuspenseQuery(anyJobOptions(usePathId("jobs")));
  return <JobView key={data.job.id} detail={data} reach="all" canManage />;
}
