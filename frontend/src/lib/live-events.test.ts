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

test("a changed role makes one's own permissions out of date, a new member only the lists", () => {
  const { queryClient, isStale } = clientWith("getMe", "listMembers");
  receiveTeamEvent(queryClient, JSON.stringify({ kind: "member.joined" }));
  expect([isStale("listMembers"), isStale("getMe")]).toEqual([true, false]);
  receiveTeamEvent(queryClient, JSON.stringify({ kind: "member.role_changed" }));
  expect(isStale("getMe")).toBe(true);
});

test.each(["", "null", "{}", '{"kind":"moon.landed"}', '{"kind":"toString"}'])(
  "news it does not know is ignored: %s",
  (data) => {
    const { queryClient, isStale } = clientWith("getInvoice");
    receiveTeamEvent(queryClient, data);
    expect(isStale("getInvoice")).toBe(false);
  },
);
