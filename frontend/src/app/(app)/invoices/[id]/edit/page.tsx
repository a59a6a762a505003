import type { Metadata } from "next";

import { EditInvoice } from "@/components/invoices/editor/edit-invoice";
import { EditorSkeleton } from "@/components/invoices/editor/editor-skeleton";
import { QueryBoundary } from "@/components/layout/query-boundary";

export const metadata: Metadata = { title: "Edit invoice" };

export function generateStaticParams() {
  return [{ id: "_" }];
}

export default function EditInvoicePage() {
  return (
    <QueryBoundary skeleton={<EditorSkeleton />} errorTitle="The draft could not be opened">
      <EditInvoice />
    </QueryBoundary>
  );
}
