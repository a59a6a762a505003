import type { Invoice, Permission } from "@/openapi/types.gen";
import { isBeingSent } from "@/queries/invoices";

import { isZero } from "../decimal-input";

export type InvoiceAction = "edit" | "issue" | "delete" | "pay" | "send" | "void";

/** What this person may do with the invoice as it is now; the server decides the same again. */
export function permittedActions(
  invoice: Invoice,
  permissions: readonly Permission[],
): ReadonlySet<InvoiceAction> {
  const may = (permission: Permission) => permissions.includes(permission);
  const isDraft = invoice.status === "draft";
  const isIssued = !isDraft && invoice.status !== "void";

  const conditions: Record<InvoiceAction, boolean> = {
    edit: isDraft && may("invoices:write"),
    issue: isDraft && may("invoices:issue"),
    delete: isDraft && may("invoices:write"),
    pay: isIssued && !isZero(invoice.amount_due) && may("payments:write"),
    send: isIssued && !isBeingSent(invoice) && may("invoices:issue"),
    // With payments on it, they have to be reversed first.
    void: isIssued && isZero(invoice.paid_amount) && may("invoices:void"),
  };
  return new Set((Object.keys(conditions) as InvoiceAction[]).filter((action) => conditions[action]));
}
