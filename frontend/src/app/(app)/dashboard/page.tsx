import type { Metadata } from "next";

import { Dashboard } from "@/components/dashboard/dashboard";
import { DashboardAction } from "@/components/dashboard/dashboard-action";
import { DashboardSkeleton } from "@/components/dashboard/dashboard-skeleton";
import { QueryBoundary } from "@/components/layout/query-boundary";
import { PageHeader } from "@/components/ui/page-header";

export const metadata: Metadata = { title: "Dashboard" };

export default function DashboardPage() {
  return (
    <>
      <PageHeader title="Dashboard" action={<DashboardAction />} />
      <QueryBoundary skeleton={<DashboardSkeleton />} errorTitle="The dashboard could not be loaded">
        <Dashboard />
      </QueryBoundary>
    </>
  );
}
