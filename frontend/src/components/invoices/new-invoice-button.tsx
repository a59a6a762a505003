"use client";

import { LinkButton } from "@/components/ui/link-button";
import { useCan } from "@/queries/session";

/** Absent for those who may only read. */
export function NewInvoiceButton({ label = "New invoice" }: { label?: string }) {
  if (!useCan("invoices:write")) return null;
  return (
    <LinkButton href="/invoices/new" variant="primary">
      {label}
    </LinkButton>
  );
}
