import { expect, test } from "vitest";

import { isDecimal, padToCurrency, readDecimal } from "./decimal-input";

test.each([
  ["1250.50", "1250.50"],
  ["1 250,50", "1250.50"],
  ["1,250.50", "1250.50"],
  ["1.250,50", "1250.50"],
  ["1,5", "1.5"],
  // A thousand, or one and a quarter? Nobody guesses.
  ["1,250", "1,250"],
])("%s is read as %s", (typed, expected) => {
  expect(readDecimal(typed)).toBe(expected);
});

test.each([
  ["1250.50", true],
  ["1,250", false],
  ["-5", false],
  ["1e3", false],
  ["", false],
  ["1.2.3", false],
  ["1.1234567", false],
  ["1234567890", false],
])("%s is a number for the form: %s", (typed, expected) => {
  expect(isDecimal(typed, { integers: 9, decimals: 6 })).toBe(expected);
});

test.each([
  ["500", "EUR", "500.00"],
  ["500,5", "EUR", "500.50"],
  ["1500", "JPY", "1500"],
  // Too many decimals are for the server to refuse, not for us to cut.
  ["1.005", "EUR", "1.005"],
])("%s in %s is sent as %s", (typed, currency, expected) => {
  expect(padToCurrency(typed, currency)).toBe(expected);
});
