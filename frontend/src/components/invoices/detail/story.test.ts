import { expect, test } from "vitest";

import { invoiceEvent } from "@/test/invoice-data";

import { tellStory } from "./story";

const words = (...events: Parameters<typeof tellStory>[0]) =>
  tellStory(events).map(({ text, note }) => (note ? `${text}: ${note}` : text));

test("the way of an invoice is told in words, without the steps only its progress shows", () => {
  const money = { amount: "500.00", currency: "EUR" };
  expect(
    words(
      invoiceEvent("invoice.created"),
      invoiceEvent("invoice.issued"),
      invoiceEvent("invoice.queued", { recipient: "konto@fjord.example" }),
      invoiceEvent("invoice.rendering", {}, null),
      invoiceEvent("invoice.rendered", {}, null),
      invoiceEvent("invoice.sent", { recipient: "konto@fjord.example" }, null),
      invoiceEvent("payment.recorded", money),
      invoiceEvent("payment.reversed", { ...money, reason: "Bounced" }),
      invoiceEvent("invoice.voided", { reason: "Wrong customer" }),
    ),
  ).toEqual([
    "Draft written by Mara",
    "Issued by Mara",
    "Rendered",
    "Mailed to konto@fjord.example",
    "Payment of 500.00\u00a0EUR recorded by Mara",
    "Payment of 500.00\u00a0EUR reversed by Mara: Bounced",
    "Voided by Mara: Wrong customer",
  ]);
});

test("a later sending is news, and so is why one failed", () => {
  expect(
    words(
      invoiceEvent("invoice.failed", { recipient: "a@b.example", error: "Mailbox full" }, null),
      invoiceEvent("invoice.queued", { recipient: "c@d.example" }),
    ),
  ).toEqual(["Could not be mailed to a@b.example: Mailbox full", "Sent again by Mara: c@d.example"]);
});

test("details that are missing leave a sentence that still reads", () => {
  expect(words(invoiceEvent("invoice.sent", {}, null), invoiceEvent("invoice.overdue", {}, null))).toEqual([
    "Mailed",
    "Overdue",
  ]);
});
