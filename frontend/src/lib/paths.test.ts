import { afterEach, expect, test, vi } from "vitest";

import { logInPath, safeNextPath } from "./next-path";
import { readPathId } from "./use-path-id";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("where a page is rendered before there is a browser, the next path is known as well", () => {
  vi.stubGlobal("window", undefined);
  expect(safeNextPath("?next=%2Fcustomers")).toBe("/customers");
  expect(safeNextPath("?next=%2F%2Fevil.example")).toBe("/dashboard");
});

test.each([
  ["?next=%2Finvoices%3Fstatus%3Dopen", "/invoices?status=open"],
  ["", "/dashboard"],
  ["?next=https%3A%2F%2Fevil.example", "/dashboard"],
  ["?next=%2F%2Fevil.example", "/dashboard"],
  ["?next=%2F%5Cevil.example", "/dashboard"],
  ["?next=%2F%09%2Fevil.example", "/dashboard"],
  ["?next=javascript%3Aalert(1)", "/dashboard"],
])("after logging in, %s leads to %s", (search, expected) => {
  expect(safeNextPath(search)).toBe(expected);
});

test("the login remembers where one came from", () => {
  expect(logInPath("/invoices?status=open")).toBe("/log-in?next=%2Finvoices%3Fstatus%3Dopen");
  expect(logInPath("/dashboard")).toBe("/log-in");
});

test.each([
  ["/invoices/0198", "invoices", "0198"],
  ["/invoices/0198/edit", "invoices", "0198"],
  ["/dev/mailbox/77", "mailbox", "77"],
  ["/invoices", "invoices", ""],
])("the id in %s after %s is %s", (pathname, collection, expected) => {
  expect(readPathId(pathname, collection)).toBe(expected);
});
