import type { Metadata } from "next";

import { TeamJob } from "@/components/jobs/detail/job-page";
import { JobSkeleton } from "@/components/jobs/detail/job-skeleton";
import { QueryBoundary } from "@/components/layout/query-boundary";

export const metadata: Metadata = { title: "Job" };

/** The export has one page for all ids; the leaf reads the id from the address. */
export function generateStaticParams() {
  return [{ id: "_" }];
}

export default function JobPage() {
  return (
    <QueryBoundary skeleton={<JobSkeleton />} errorTitle="The job could not be loaded">
      <TeamJob />
    </QueryBoundary>
  );
}
