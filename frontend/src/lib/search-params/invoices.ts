import type { InvoiceStatus } from "@/openapi/types.gen";

import { oneOfParam, searchParser, textParam } from "./parser";

/** In the order an invoice lives through them. */
export const invoiceStatuses = [
  "draft",
  "open",
  "partially_paid",
  "overdue",
  "paid",
  "void",
] as const satisfies readonly InvoiceStatus[];

export type InvoiceListState = { search: string; status: InvoiceStatus | null };

export const invoiceSearchParser = searchParser<InvoiceListState>({
  search: textParam(),
  status: oneOfParam(invoiceStatuses),
});
