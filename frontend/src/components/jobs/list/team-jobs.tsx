"use client";

import { useQuery, useSuspenseInfiniteQuery } from "@tanstack/react-query";

import { ErrorState } from "@/components/ui/error-state";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { teamJobsOptions, teamJobSummaryOptions } from "@/queries/jobs";
import { useCan } from "@/queries/session";

import { PausedNote } from "../paused-note";
import { summaryWords } from "../summary-words";
import { useLiveJobs } from "../use-live-jobs";
import { JobsList, type JobListing } from "./jobs-list";
import { JobsTable } from "./jobs-table";

/** What Quittance does for the team in the background. */
export function TeamJobs() {
  return useCan("jobs:read") ? (
    <Jobs />
  ) : (
    <>
      <PageHeader title="Jobs" />
      <ErrorState
        title="Not yours to see"
        description="Only owners and admins see what runs in the background. Ask one of them."
      />
    </>
  );
}

function Jobs() {
  useLiveJobs("team");
  const { data: summary } = useQuery(teamJobSummaryOptions());
  return (
    <>
      <PageHeader
        title="Jobs"
        description={summary ? summaryWords(summary) : "\u00a0"}
        secondary={<LinkButton href="/jobs/figures">Figures</LinkButton>}
      />
      <PausedNote pauses={summary?.pauses ?? []} />
      <JobsList
        reach="team"
        tasks={summary?.tasks ?? []}
        renderJobs={(listing) => <TeamTable {...listing} />}
      />
    </>
  );
}

function TeamTable(listing: JobListing) {
  const query = useSuspenseInfiniteQuery(teamJobsOptions(listing.filters));
  return <JobsTable reach="team" canManage={useCan("jobs:manage")} query={query} {...listing} />;
}
