import type { Metadata } from "next";

import { EditorSkeleton } from "@/components/invoices/editor/editor-skeleton";
import { NewInvoice } from "@/components/invoices/editor/new-invoice";
import { QueryBoundary } from "@/components/layout/query-boundary";

export const metadata: Metadata = { title: "New invoice" };

export default function NewInvoicePage() {
  return (
    <QueryBoundary skeleton={<EditorSkeleton />} errorTitle="The editor could not be opened">
      <NewInvoice />
    </QueryBoundary>
  );
}
