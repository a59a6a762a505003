import type { Metadata } from "next";

import { InvoiceDetail } from "@/components/invoices/detail/invoice-detail";
import { InvoiceDetailSkeleton } from "@/components/invoices/detail/invoice-detail-skeleton";
import { QueryBoundary } from "@/components/layout/query-boundary";

export const metadata: Metadata = { title: "Invoice" };

/** The export has one page for all ids; the leaf reads the id from the address. */
export function generateStaticParams() {
  return [{ id: "_" }];
}

export default function InvoicePage() {
  return (
    <QueryBoundary skeleton={<InvoiceDetailSkeleton />} errorTitle="The invoice could not be loaded">
      <InvoiceDetail />
    </QueryBoundary>
  );
}
