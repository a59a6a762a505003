import type { Metadata } from "next";

import { InvoiceFilters } from "@/components/invoices/list/invoice-filters";
import { InvoicesSkeleton } from "@/components/invoices/list/invoices-skeleton";
import { InvoicesTable } from "@/components/invoices/list/invoices-table";
import { NewInvoiceButton } from "@/components/invoices/new-invoice-button";
import { QueryBoundary } from "@/components/layout/query-boundary";
import { PageHeader } from "@/components/ui/page-header";

export const metadata: Metadata = { title: "Invoices" };

export default function InvoicesPage() {
  return (
    <>
      <PageHeader title="Invoices" action={<NewInvoiceButton />} />
      <InvoiceFilters />
      <QueryBoundary skeleton={<InvoicesSkeleton />} errorTitle="The invoices could not be loaded">
        <InvoicesTable />
      </QueryBoundary>
    </>
  );
}
