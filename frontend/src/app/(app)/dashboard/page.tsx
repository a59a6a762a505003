import type { Metadata } from "next";

import { DashboardSkeleton } from "@/components/dashboard/dashboard-skeleton";
import { DashboardTotals } from "@/components/dashboard/dashboard-totals";
import { QueryBoundary } from "@/components/layout/query-boundary";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";

export const metadata: Metadata = { title: "Dashboard" };

export default function DashboardPage() {
  return (
    <>
      <PageHeader
        title="Dashboard"
        action={
          <LinkButton href="/invoices/new" variant="primary">
            New invoice
          </LinkButton>
        }
      />
      <QueryBoundary skeleton={<DashboardSkeleton />} errorTitle="The figures could not be loaded">
        <DashboardTotals />
      </QueryBoundary>
    </>
  );
}
