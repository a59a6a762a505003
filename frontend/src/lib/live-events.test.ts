import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";

import { receiveTeamEvent } from "./live-events";

function clientWith(...operations: string[]) {
  const queryClient = new QueryClient();
  for (const operation of operations) queryClient.setQueryData([{ _id: operation, path: { id: "1" } }], {});
  const isStale = (operation: string) =>
    queryClient.getQueryState([{ _id: operation, path: { id: "1" } }])?.isInvalidated;
  return { queryClient, isStale };
}

test("news of a payment makes invoices and payments out of date, customers not", () => {
  const { queryClient, isStale } = clientWith("getInvoice", "listPayments", "listCustomers");
  receiveTeamEvent(queryClient, JSON.stringify({ kind: "payment.recorded" }));
  expect([isStale("getInvoice"), isStale("listPayments"), isStale("listCustomers")]).toEqual([
    true,
    true,
    false,
  ]);
});

test.each(["", "null", "{}", '{"kind":"moon.landed"}', '{"kind":"toString"}'])(
  "news it does not know is ignored: %s",
  (data) => {
    const { queryClient, isStale } = clientWith("getInvoice");
    receiveTeamEvent(queryClient, data);
    expect(isStale("getInvoice")).toBe(false);
  },
);
