import { expect, test } from "vitest";

import { delivered, draftInvoice, everyPermission, openInvoice, readOnly } from "@/test/invoice-data";

import { permittedActions } from "./permitted-actions";

const actions = (...parameters: Parameters<typeof permittedActions>) => [...permittedActions(...parameters)];

test("a draft can be edited, issued and deleted, and nothing else", () => {
  expect(actions(draftInvoice, everyPermission)).toEqual(["edit", "issue", "delete"]);
});

test("an open invoice can be paid, sent again and voided", () => {
  expect(actions(openInvoice, everyPermission)).toEqual(["pay", "send", "void"]);
});

test("an invoice with payments cannot be voided", () => {
  const partlyPaid = {
    ...openInvoice,
    status: "partially_paid" as const,
    paid_amount: "500.00",
    amount_due: "690.00",
  };
  expect(actions(partlyPaid, everyPermission)).toEqual(["pay", "send"]);
});

test("a paid invoice takes no further payment", () => {
  const paid = { ...openInvoice, status: "paid" as const, paid_amount: "1190.00", amount_due: "0.00" };
  expect(actions(paid, everyPermission)).toEqual(["send"]);
});

test("an invoice on its way is not sent a second time", () => {
  const onItsWay = { ...openInvoice, delivery: { ...delivered, state: "sending" as const } };
  expect(actions(onItsWay, everyPermission)).toEqual(["pay", "void"]);
});

test("nothing can be done with a void invoice", () => {
  expect(actions({ ...openInvoice, status: "void" }, everyPermission)).toEqual([]);
});

test("a reader can do nothing", () => {
  expect([...actions(draftInvoice, readOnly), ...actions(openInvoice, readOnly)]).toEqual([]);
});

test("a member may do all but void", () => {
  const member = everyPermission.filter((permission) => permission !== "invoices:void");
  expect(actions(openInvoice, member)).toEqual(["pay", "send"]);
});
