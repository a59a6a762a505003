import { useMutation, useQueryClient } from "@tanstack/react-query";

import { cursorPages } from "@/lib/cursor-pages";
import { invalidate, type OperationId } from "@/lib/invalidate";
import {
  listInvoicePaymentsOptions,
  listPaymentsInfiniteOptions,
  recordPaymentMutation,
  reversePaymentMutation,
} from "@/openapi/@tanstack/react-query.gen";

const PAGE_SIZE = 25;

export const paymentsOptions = () =>
  cursorPages(listPaymentsInfiniteOptions({ query: { limit: PAGE_SIZE } }));

export const invoicePaymentsOptions = (invoiceId: string) =>
  listInvoicePaymentsOptions({ path: { invoice_id: invoiceId } });

/** A payment changes its invoice's balance, and with it everything that shows one. */
const balances: readonly OperationId[] = [
  "listInvoicePayments",
  "listPayments",
  "getInvoice",
  "listInvoices",
  "listInvoiceEvents",
  "getDashboard",
];

export function useRecordPayment() {
  const queryClient = useQueryClient();
  return useMutation({
    ...recordPaymentMutation(),
    onSuccess: () => invalidate(queryClient, ...balances),
  });
}

export function useReversePayment() {
  const queryClient = useQueryClient();
  return useMutation({
    ...reversePaymentMutation(),
    onSuccess: () => invalidate(queryClient, ...balances),
  });
}
