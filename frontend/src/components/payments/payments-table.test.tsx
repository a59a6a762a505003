import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";

import { QueryBoundary } from "@/components/layout/query-boundary";
import type { Payment } from "@/openapi/types.gen";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { PaymentsTable } from "./payments-table";

const payment: Payment = {
  id: "p1",
  invoice_id: "i1",
  invoice_number: "AN-2026-0018",
  customer_name: "Café Helle",
  amount: "2147.83",
  currency: "EUR",
  paid_on: "2026-11-20",
  method: "bank_transfer",
  note: "",
  recorded_by_name: "Mara Lindqvist",
  created_at: "2026-11-20T10:00:00Z",
  reversed_at: null,
  reversal_reason: null,
};

function renderPayments(...items: Payment[]) {
  server.use(http.get("*/api/payments", () => HttpResponse.json({ items, next_cursor: null })));
  return renderWithQueries(
    <QueryBoundary skeleton={null}>
      <PaymentsTable />
    </QueryBoundary>,
  );
}

test("a payment leads to its invoice", async () => {
  renderPayments(payment);
  const table = await screen.findByRole("table");
  expect(within(table).getByRole("link", { name: "AN-2026-0018" })).toHaveAttribute("href", "/invoices/i1");
  expect(within(table).getByText("Bank transfer")).toBeInTheDocument();
});

test("a reversed payment stays, struck through, with its reason", async () => {
  renderPayments({
    ...payment,
    reversed_at: "2026-11-21T10:00:00Z",
    reversal_reason: "Entered for the wrong invoice.",
  });
  const table = await screen.findByRole("table");
  expect(within(table).getByText("Reversed: Entered for the wrong invoice.")).toBeInTheDocument();
  expect(within(table).getByText("2,147.83").closest("s")).not.toBeNull();
});

test("without payments it says where they come from", async () => {
  renderPayments();
  expect(await screen.findByText("No payments yet")).toBeVisible();
});
