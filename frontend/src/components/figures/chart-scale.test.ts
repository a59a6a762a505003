import { expect, test } from "vitest";

import { chartMarks } from "./chart-scale";

test("the marks are round and reach the highest amount", () => {
  expect(chartMarks(17_050.09)).toEqual([0, 10_000, 20_000]);
  expect(chartMarks(145_500)).toEqual([0, 50_000, 100_000, 150_000]);
  expect(chartMarks(9)).toEqual([0, 5, 10]);
});

test("an amount on a mark needs no mark above it", () => {
  expect(chartMarks(30)).toEqual([0, 10, 20, 30]);
});

test("six months without money have the ground line only", () => {
  expect(chartMarks(0)).toEqual([0]);
});

test.each([0.004, 0.7, 3, 64, 999, 1_001, 27_400, 8_888_888, 1e13])(
  "%d gets two to four marks",
  (highest) => {
    const marks = chartMarks(highest);
    expect(marks.length).toBeGreaterThanOrEqual(2);
    expect(marks.length).toBeLessThanOrEqual(4);
    expect(marks.at(-1)).toBeGreaterThanOrEqual(highest);
  },
);
