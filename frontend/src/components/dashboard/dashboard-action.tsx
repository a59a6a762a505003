"use client";

import { useQuery } from "@tanstack/react-query";

import { NewInvoiceButton } from "@/components/invoices/new-invoice-button";
import { dashboardOptions } from "@/queries/dashboard";

/** A new team has one thing to do, and the page below says which. */
export function DashboardAction() {
  const { data } = useQuery(dashboardOptions());
  return data?.totals.length === 0 ? null : <NewInvoiceButton />;
}
