import { expect, test } from "vitest";

import { jobOf, jobSummaryOf } from "@/test/job-data";

import { hasWaited, skippedSentence, stateOf } from "./job-words";
import { summaryWords } from "./summary-words";

test("one that failed and is tried again is told apart from one that never began", () => {
  expect(stateOf(jobOf({ state: "queued" }))).toBe("Waiting");
  expect(stateOf(jobOf({ state: "queued", is_waiting_for_retry: true }))).toBe("Retrying");
});

test("what was left out of a bulk action is counted by its reason, in number", () => {
  expect(
    skippedSentence([
      { id: "1", reason: "is_over" },
      { id: "2", reason: "is_over" },
      { id: "3", reason: "key_is_taken" },
    ]),
  ).toBe("2 were over already, 1 has the same work under way already");
});

test("what is put off to tomorrow has not waited yet", () => {
  expect(hasWaited(jobOf({ state: "queued", wait_seconds: 0 }))).toBe(false);
  expect(hasWaited(jobOf({ state: "queued", wait_seconds: 0.2 }))).toBe(true);
  expect(hasWaited(jobOf({ wait_seconds: 0 }))).toBe(true);
});

test("a count that the API did not finish says so", () => {
  expect(summaryWords(jobSummaryOf({ dead_count: 1000 }))).toBe("1 waiting, 0 running, 1,000 or more failed");
});
