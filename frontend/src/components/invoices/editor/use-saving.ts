"use client";

import { useState } from "react";

import type { Invoice, InvoiceDraft } from "@/openapi/types.gen";
import { useCreateInvoice, useIssueInvoice, useReplaceInvoiceDraft } from "@/queries/invoices";

/** Saves a draft, anew or over itself: what failed after the first saving must not make a second draft. */
export function useSaving(invoiceId: string | null) {
  const [savedId, setSavedId] = useState(invoiceId);
  const create = useCreateInvoice();
  const replace = useReplaceInvoiceDraft();
  const issue = useIssueInvoice();

  const save = async (draft: InvoiceDraft): Promise<Invoice> => {
    const invoice =
      savedId === null
        ? await create.mutateAsync({ body: draft })
        : await replace.mutateAsync({ path: { invoice_id: savedId }, body: draft });
    setSavedId(invoice.id);
    return invoice;
  };

  return {
    save,
    issue: (id: string) => issue.mutateAsync({ path: { invoice_id: id }, body: {} }),
    isPending: create.isPending || replace.isPending || issue.isPending,
  };
}
