import { describe, expect, test } from "vitest";

import {
  currencyDigits,
  formatDate,
  formatDecimal,
  formatDue,
  formatMoney,
  formatTimeAgo,
  moneyParts,
} from "./format";

describe("money", () => {
  test.each([
    ["119.00", "EUR", "119.00"],
    ["1234567.5", "EUR", "1,234,567.50"],
    ["1500", "JPY", "1,500"],
    ["1.234", "BHD", "1.234"],
    ["-12.50", "EUR", "\u221212.50"],
    ["-0.00", "EUR", "0.00"],
    // Beyond what a float can hold: every digit stays.
    ["90071992547409931.27", "EUR", "90,071,992,547,409,931.27"],
  ])("%s %s is written %s", (amount, currency, figure) => {
    expect(moneyParts(amount, currency).figure).toBe(figure);
  });

  test("keeps figure and currency on one line", () => {
    expect(formatMoney("5.00", "EUR")).toBe("5.00\u00a0EUR");
  });

  test("knows the decimals of a currency, and survives half a code", () => {
    expect([
      currencyDigits("EUR"),
      currencyDigits("JPY"),
      currencyDigits("BHD"),
      currencyDigits("E"),
    ]).toEqual([2, 0, 3, 2]);
  });
});

test.each([
  ["1.500", "1.5"],
  ["19.00", "19"],
  ["-2", "\u22122"],
])("decimal %s is written %s", (value, expected) => {
  expect(formatDecimal(value)).toBe(expected);
});

test("a calendar day is the same in every time zone", () => {
  expect(formatDate("2026-11-01")).toBe("1 Nov 2026");
});

test.each([
  ["2026-11-22", "due today"],
  ["2026-11-23", "due tomorrow"],
  ["2026-12-02", "due in 10 days"],
  ["2026-11-21", "1 day overdue"],
  ["2026-11-10", "12 days overdue"],
])("due %s on 22 November is %s", (dueDate, expected) => {
  expect(formatDue(dueDate, "2026-11-22")).toBe(expected);
});

test.each([
  [new Date(2026, 10, 22, 14, 59, 30), "just now"],
  [new Date(2026, 10, 22, 14, 55), "5 min ago"],
  [new Date(2026, 10, 22, 9, 0), "6 h ago"],
  [new Date(2026, 10, 21, 9, 0), "yesterday"],
  [new Date(2026, 10, 18, 9, 0), "4 days ago"],
  [new Date(2026, 9, 1, 9, 0), "1 Oct 2026"],
])("%s seen on 22 November at 15:00 is %s", (then, expected) => {
  expect(formatTimeAgo(then.toISOString(), new Date(2026, 10, 22, 15, 0))).toBe(expected);
});
