import type { Metadata } from "next";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { PaymentsTable } from "@/components/payments/payments-table";
import { PageHeader } from "@/components/ui/page-header";
import { TableSkeleton } from "@/components/ui/skeleton";

export const metadata: Metadata = { title: "Payments" };

export default function PaymentsPage() {
  return (
    <>
      <PageHeader title="Payments" />
      <QueryBoundary skeleton={<TableSkeleton />} errorTitle="The payments could not be loaded">
        <PaymentsTable />
      </QueryBoundary>
    </>
  );
}
