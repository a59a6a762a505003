import type { Metadata } from "next";

import { SchedulesTable } from "@/components/jobs/schedules/schedules-table";
import { QueryBoundary } from "@/components/layout/query-boundary";
import { PageHeader } from "@/components/ui/page-header";
import { TableSkeleton } from "@/components/ui/skeleton";

export const metadata: Metadata = { title: "Schedules" };

export default function SchedulesPage() {
  return (
    <>
      <PageHeader
        title="Schedules"
        description="What starts by itself, once for the whole installation however many workers there are."
      />
      <QueryBoundary skeleton={<TableSkeleton />} errorTitle="The schedules could not be loaded">
        <SchedulesTable />
      </QueryBoundary>
    </>
  );
}
