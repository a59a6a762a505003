import { expect, test } from "vitest";

import { oneOfParam, oneOfWithDefaultParam, searchParser, textParam } from "./parser";

const parser = searchParser({
  search: textParam(),
  status: oneOfParam(["open", "paid"]),
  sort: oneOfWithDefaultParam(["-created_at", "number"], "-created_at"),
});

test("an empty address is the default state", () => {
  expect(parser.parse(new URLSearchParams())).toEqual({ search: "", status: null, sort: "-created_at" });
});

test("words the list does not know are ignored", () => {
  expect(parser.parse(new URLSearchParams("status=stolen&sort=1"))).toEqual({
    search: "",
    status: null,
    sort: "-created_at",
  });
});

test("defaults are left out of the address", () => {
  expect(parser.serialize({ search: "", status: null, sort: "-created_at" })).toBe("");
});

test("what is written can be read back", () => {
  const state = { search: "Müller & Söhne", status: "open", sort: "number" } as const;
  expect(parser.parse(new URLSearchParams(parser.serialize(state)))).toEqual(state);
});
