"use client";

import { useQuery, useSuspenseInfiniteQuery } from "@tanstack/react-query";

import { PageHeader } from "@/components/ui/page-header";
import { allJobsOptions, allJobsSummaryOptions } from "@/queries/jobs";

import { JobsList, type JobListing } from "../list/jobs-list";
import { JobsTable } from "../list/jobs-table";
import { summaryWords } from "../summary-words";

export function AllJobs() {
  const { data: summary } = useQuery(allJobsSummaryOptions());
  return (
    <>
      <PageHeader title="Jobs of all teams" description={summary ? summaryWords(summary) : "\u00a0"} />
      <JobsList
        reach="all"
        tasks={summary?.tasks ?? []}
        renderJobs={(listing) => <AllTable {...listing} />}
      />
    </>
  );
}

function AllTable(listing: JobListing) {
  const query = useSuspenseInfiniteQuery(allJobsOptions(listing.filters));
  return <JobsTable reach="all" canManage query={query} {...listing} />;
}
