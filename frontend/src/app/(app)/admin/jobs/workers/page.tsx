import type { Metadata } from "next";

import { WorkersList } from "@/components/jobs/workers/workers-list";
import { QueryBoundary } from "@/components/layout/query-boundary";
import { PageHeader } from "@/components/ui/page-header";
import { TableSkeleton } from "@/components/ui/skeleton";

export const metadata: Metadata = { title: "Workers" };

export default function WorkersPage() {
  return (
    <>
      <PageHeader
        title="Workers"
        description="The processes that do the work. One that goes silent loses its jobs to the others."
      />
      <QueryBoundary skeleton={<TableSkeleton rows={3} />} errorTitle="The workers could not be loaded">
        <WorkersList />
      </QueryBoundary>
    </>
  );
}
