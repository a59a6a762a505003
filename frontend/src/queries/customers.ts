import { useMutation, useQueryClient } from "@tanstack/react-query";

import { cursorPages } from "@/lib/cursor-pages";
import { invalidate } from "@/lib/invalidate";
import {
  archiveCustomerMutation,
  createCustomerMutation,
  getCustomerOptions,
  getCustomerQueryKey,
  listCustomersInfiniteOptions,
  listInvoicesInfiniteOptions,
  restoreCustomerMutation,
  updateCustomerMutation,
} from "@/openapi/@tanstack/react-query.gen";
import type { Customer, ListCustomersData } from "@/openapi/types.gen";

export type CustomerFilters = Required<
  Pick<NonNullable<ListCustomersData["query"]>, "search" | "sort" | "state">
>;

export const customersOptions = ({ search, sort, state }: CustomerFilters) =>
  cursorPages(listCustomersInfiniteOptions({ query: { sort, state, ...(search ? { search } : {}) } }));

export const customerOptions = (id: string) => getCustomerOptions({ path: { customer_id: id } });

/** What was invoiced to them, newest first. */
export const customerInvoicesOptions = (id: string) =>
  cursorPages(listInvoicesInfiniteOptions({ query: { customer_id: id, sort: "-created_at" } }));

/** A changed customer is known at once: the page that shows it next does not wait. */
function useKeepCustomer() {
  const queryClient = useQueryClient();
  return (customer: Customer) => {
    queryClient.setQueryData(getCustomerQueryKey({ path: { customer_id: customer.id } }), customer);
    // Names stand on invoices and payments too.
    void invalidate(
      queryClient,
      "listCustomers",
      "listInvoices",
      "getInvoice",
      "listPayments",
      "getDashboard",
    );
  };
}

export function useCreateCustomer() {
  return useMutation({ ...createCustomerMutation(), onSuccess: useKeepCustomer() });
}

export function useUpdateCustomer() {
  return useMutation({ ...updateCustomerMutation(), onSuccess: useKeepCustomer() });
}

export function useArchiveCustomer() {
  return useMutation({ ...archiveCustomerMutation(), onSuccess: useKeepCustomer() });
}

export function useRestoreCustomer() {
  return useMutation({ ...restoreCustomerMutation(), onSuccess: useKeepCustomer() });
}
