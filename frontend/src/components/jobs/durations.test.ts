import { expect, test } from "vitest";

import { formatSeconds, formatUntil } from "./durations";

test.each([
  [0, "0 s"],
  [0.0002, "1 ms"],
  [0.34, "340 ms"],
  [0.9996, "1 s"],
  [2.34, "2.3 s"],
  [9.96, "10 s"],
  [59.6, "1 min"],
  [200, "3 min 20 s"],
  [3600, "1 h"],
  [90_000, "1 d 1 h"],
])("%d seconds are written as %s", (seconds, written) => {
  expect(formatSeconds(seconds)).toBe(written);
});

test.each([
  ["2026-05-16T09:00:00Z", "now"],
  ["2026-05-16T09:00:10.5Z", "in 11 s"],
  ["2026-05-16T09:04:50Z", "in 4 min"],
  ["2026-05-17T10:00:00Z", "in 1 d 1 h"],
])("at nine, %s is %s", (moment, written) => {
  expect(formatUntil(moment, new Date("2026-05-16T09:00:00Z"))).toBe(written);
});
