"use client";

import { useSyncExternalStore } from "react";

import { buttonVariants } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { DocumentFrame } from "@/components/ui/document-frame";
import type { Invoice } from "@/openapi/types.gen";

import { DocumentSummary } from "./document-summary";

/** Tailwind's `xl`: from here on a sheet beside its story is large enough to read. */
const WIDE = "(min-width: 80rem)";

function subscribe(notify: () => void) {
  const query = window.matchMedia(WIDE);
  query.addEventListener("change", notify);
  return () => query.removeEventListener("change", notify);
}

/** Only one of the two is on the page: a hidden frame would still load the document, on a phone as a download. */
export function InvoiceDocument({ invoice }: { invoice: Invoice }) {
  const isWide = useSyncExternalStore(
    subscribe,
    () => window.matchMedia(WIDE).matches,
    () => false,
  );
  if (!isWide) {
    return (
      <>
        <DocumentSummary invoice={invoice} />
        <OpenPdfLink invoiceId={invoice.id} className="mt-3 w-full" />
      </>
    );
  }
  return (
    <DocumentFrame
      // A draft's document changes with every saving, an issued one's only when it becomes void.
      key={invoice.status === "draft" ? invoice.updated_at : String(invoice.voided_at)}
      src={pdfPath(invoice.id)}
      title={invoice.number ? `Invoice ${invoice.number} as it prints` : "The draft as it would print"}
    />
  );
}

export function OpenPdfLink({ invoiceId, className }: { invoiceId: string; className?: string }) {
  return (
    <a
      href={pdfPath(invoiceId)}
      target="_blank"
      rel="noreferrer"
      className={cn(buttonVariants({ variant: "secondary" }), className)}
    >
      Open PDF
    </a>
  );
}

const pdfPath = (invoiceId: string) => `/api/invoices/${invoiceId}/pdf`;
