import { expect, test } from "vitest";

import { bucketOf } from "@/test/job-data";

import { columnsOf } from "./buckets";

test("many buckets become few columns, and nothing is counted twice or lost", () => {
  const columns = columnsOf(Array.from({ length: 288 }, () => bucketOf({ succeeded: 1 })));
  expect(columns).toHaveLength(48);
  expect(columns.reduce((total, column) => total + column.succeeded, 0)).toBe(288);
});

test("each attempt weighs the same in the mean, and the longest stays the longest", () => {
  const [column] = columnsOf([
    ...Array.from({ length: 94 }, () => bucketOf()),
    bucketOf({ succeeded: 3, wait_seconds_mean: 1, wait_seconds_max: 2 }),
    bucketOf({ dead: 1, wait_seconds_mean: 5, wait_seconds_max: 5 }),
  ]).slice(-1);
  expect(column).toMatchObject({ waitMean: 2, waitMax: 5, failureShare: 0.25, runMean: null });
});

test("a stretch in which nothing ended has no share of failures", () => {
  expect(columnsOf([bucketOf()])[0]?.failureShare).toBeNull();
});
