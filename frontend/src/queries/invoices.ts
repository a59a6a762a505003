import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { cursorPages } from "@/lib/cursor-pages";
import { invalidate, type OperationId } from "@/lib/invalidate";
import type { InvoiceListState } from "@/lib/search-params/invoices";
import {
  createInvoiceMutation,
  deleteInvoiceDraftMutation,
  getInvoiceOptions,
  getInvoiceQueryKey,
  issueInvoiceMutation,
  listCustomersOptions,
  listInvoiceEventsOptions,
  listInvoicesInfiniteOptions,
  replaceInvoiceDraftMutation,
  sendInvoiceMutation,
  voidInvoiceMutation,
} from "@/openapi/@tanstack/react-query.gen";
import { calculateInvoice } from "@/openapi/sdk.gen";
import type { DeliveryState, Invoice, InvoiceCalculate } from "@/openapi/types.gen";

const PAGE_SIZE = 25;
const CHOICES = 20;

export const invoicesOptions = ({ search, status }: InvoiceListState) =>
  cursorPages(
    listInvoicesInfiniteOptions({
      query: { limit: PAGE_SIZE, ...(search ? { search } : {}), ...(status ? { status } : {}) },
    }),
  );

const unfinished: readonly DeliveryState[] = ["queued", "rendering", "sending"];

/** Whether the worker still has this invoice in its hands. */
export function isBeingSent(invoice: Invoice): boolean {
  return invoice.delivery !== null && unfinished.includes(invoice.delivery.state);
}

const WATCH_MS = 5_000;

/** News comes by the event stream; while the invoice is on its way we also look, in case the stream is held up. */
export const invoiceOptions = (id: string) =>
  queryOptions({
    ...getInvoiceOptions({ path: { invoice_id: id } }),
    refetchInterval: ({ state }) => (state.data && isBeingSent(state.data) ? WATCH_MS : false),
  });

export const invoiceEventsOptions = (id: string) => listInvoiceEventsOptions({ path: { invoice_id: id } });

export const customerChoicesOptions = (search: string) =>
  queryOptions({
    ...listCustomersOptions({
      query: { limit: CHOICES, sort: "name", state: "active", ...(search ? { search } : {}) },
    }),
    placeholderData: keepPreviousData,
  });

/** The calculation is a POST, for which the generator makes no query; its key has the shape of all the others. */
export const totalsOptions = (body: InvoiceCalculate) =>
  queryOptions({
    queryKey: [{ _id: "calculateInvoice" satisfies OperationId, body }],
    queryFn: async ({ signal }) => (await calculateInvoice({ body, signal, throwOnError: true })).data,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });

/** What changes with an invoice besides itself; the answer to the change is the new invoice. */
const besideInvoice: readonly OperationId[] = ["listInvoices", "listInvoiceEvents", "getDashboard"];

function useKeepInvoice() {
  const queryClient = useQueryClient();
  return (invoice: Invoice) => {
    queryClient.setQueryData(getInvoiceQueryKey({ path: { invoice_id: invoice.id } }), invoice);
    // Not awaited: the page goes on with the answer it has, the lists follow.
    void invalidate(queryClient, ...besideInvoice);
  };
}

export function useCreateInvoice() {
  return useMutation({ ...createInvoiceMutation(), onSuccess: useKeepInvoice() });
}

export function useReplaceInvoiceDraft() {
  return useMutation({ ...replaceInvoiceDraftMutation(), onSuccess: useKeepInvoice() });
}

export function useIssueInvoice() {
  return useMutation({ ...issueInvoiceMutation(), onSuccess: useKeepInvoice() });
}

export function useSendInvoice() {
  return useMutation({ ...sendInvoiceMutation(), onSuccess: useKeepInvoice() });
}

export function useVoidInvoice() {
  return useMutation({ ...voidInvoiceMutation(), onSuccess: useKeepInvoice() });
}

/** The draft itself is left alone: asking for it again would turn the page that deletes it into "not found". */
export function useDeleteInvoiceDraft() {
  const queryClient = useQueryClient();
  return useMutation({
    ...deleteInvoiceDraftMutation(),
    onSuccess: () => invalidate(queryClient, "listInvoices", "getDashboard"),
  });
}
