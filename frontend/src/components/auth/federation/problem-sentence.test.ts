import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { problemSentence } from "./problem-sentence";

const GENERAL = problemSentence("never-heard-of", "Google");
/** Answers to a request of a page, which shows their own words. */
const ON_THE_PAGE = ["only-way-in", "step-up-by-other-means", "step-up-impossible"];

const errors = readFileSync("../backend/app/federation/errors.py", "utf8");
const slugs = [...errors.matchAll(/slug = "([\w-]+)"/g)].map((match) => match[1] ?? "");

test.each(slugs.filter((slug) => !ON_THE_PAGE.includes(slug)))("%s has a sentence of its own", (slug) => {
  expect(problemSentence(slug, "Google")).not.toBe(GENERAL);
});

test.each(["never-heard-of", "", "constructor", "__proto__", "<b>"])("“%s” has the general one", (slug) => {
  expect(problemSentence(slug, "Google")).toBe(
    "Something went wrong on the way to Google and back. Nothing was changed; try again, or log in another way.",
  );
});
