"use client";

import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useState } from "react";

import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { customerOptions } from "@/queries/customers";
import { useCan } from "@/queries/session";
import { teamOptions } from "@/queries/team";

import { EditorFieldsSkeleton } from "./editor-skeleton";
import { InvoiceEditor } from "./invoice-editor";
import { emptyValues } from "./values";

/** `?customer_id=…` starts with that customer. */
export function NewInvoice() {
  const canWrite = useCan("invoices:write");
  const { data: team } = useSuspenseQuery(teamOptions());
  const [customerId] = useState(useSearchParams().get("customer_id") ?? "");
  const customer = useQuery({ ...customerOptions(customerId), enabled: customerId !== "" });
  // An address with a wrong customer still opens the editor: it only has nobody chosen.
  const isReady = customerId === "" || customer.data !== undefined || customer.isError;
  const chosen = customer.data?.archived_at === null ? customer.data : null;

  return (
    <>
      <PageHeader title="New invoice" back={{ href: "/invoices", label: "Invoices" }} />
      {!canWrite ? (
        <ErrorState
          title="You can read invoices, not write them"
          description="Ask an owner or admin of your team for the member role."
        />
      ) : isReady ? (
        <InvoiceEditor
          invoiceId={null}
          defaultValues={emptyValues(team, chosen)}
          customerName={chosen?.name ?? ""}
          team={team}
        />
      ) : (
        <EditorFieldsSkeleton />
      )}
    </>
  );
}
