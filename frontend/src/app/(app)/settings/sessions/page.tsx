import type { Metadata } from "next";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { MySessions } from "@/components/settings/my-sessions";
import { PageHeader } from "@/components/ui/page-header";
import { TableSkeleton } from "@/components/ui/skeleton";

export const metadata: Metadata = { title: "Sessions" };

export default function SessionsPage() {
  return (
    <>
      <PageHeader title="Sessions" />
      <QueryBoundary skeleton={<TableSkeleton rows={3} />} errorTitle="Your sessions could not be loaded">
        <MySessions />
      </QueryBoundary>
    </>
  );
}
