"use client";

import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { useCan } from "@/queries/session";

import { NewInvoiceButton } from "../new-invoice-button";

export function NoInvoices() {
  const canWrite = useCan("invoices:write");
  return (
    <EmptyState
      title="No invoices yet"
      description={
        canWrite
          ? "Choose a customer, write down what you did, and Quittance numbers, prints and mails it."
          : "When somebody in your team writes an invoice, it appears here."
      }
      action={canWrite ? <NewInvoiceButton label="Write your first invoice" /> : null}
    />
  );
}

export function NothingMatches() {
  return (
    <EmptyState
      title="No invoice matches"
      description="Nothing in your books has this status and these words in its number or customer."
      action={<LinkButton href="/invoices">Clear filters</LinkButton>}
    />
  );
}
