"use client";

import { useSuspenseQueries } from "@tanstack/react-query";
import { useState } from "react";

import { ErrorState } from "@/components/ui/error-state";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { usePathId } from "@/lib/use-path-id";
import { invoiceOptions } from "@/queries/invoices";
import { useCan } from "@/queries/session";
import { teamOptions } from "@/queries/team";

import { InvoiceEditor } from "./invoice-editor";
import { valuesOf } from "./values";

export function EditInvoice() {
  const id = usePathId("invoices");
  const canWrite = useCan("invoices:write");
  const [{ data: current }, { data: team }] = useSuspenseQueries({
    queries: [invoiceOptions(id), teamOptions()],
  });
  // As it was when the page opened: news about it must not take away what somebody is writing.
  const [invoice] = useState(current);

  return (
    <>
      <PageHeader
        title="Edit draft"
        description={invoice.buyer.name}
        back={{ href: `/invoices/${id}`, label: invoice.number ?? "Draft" }}
      />
      {!canWrite ? (
        <ErrorState
          title="You can read invoices, not write them"
          description="Ask an owner or admin of your team for the member role."
        />
      ) : invoice.status === "draft" ? (
        <InvoiceEditor
          invoiceId={id}
          defaultValues={valuesOf(invoice)}
          customerName={invoice.buyer.name}
          team={team}
        />
      ) : (
        <>
          <ErrorState
            title={`Invoice ${invoice.number ?? ""} has been issued`}
            description="It can’t be changed any more. To correct it, void it and write a new one."
          />
          <LinkButton href={`/invoices/${id}`} className="mt-4">
            Open the invoice
          </LinkButton>
        </>
      )}
    </>
  );
}
