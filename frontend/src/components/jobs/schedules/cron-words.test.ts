import { expect, test } from "vitest";

import { cronWords } from "./cron-words";

test.each([
  ["0 3 * * *", "every day at 03:00"],
  ["*/15 * * * *", "every 15 minutes"],
  ["0 * * * *", "every hour"],
  ["5 * * * *", "every hour at minute 5"],
  ["0 */6 * * *", "every 6 hours"],
  ["30 7 * * 1", "every Monday at 07:30"],
  ["30 7 * * 7", "every Sunday at 07:30"],
  ["0 9 * * 1-5", "Monday to Friday at 09:00"],
  ["0 6 1 * *", "on day 1 of every month at 06:00"],
])("%s reads %s", (cron, words) => {
  expect(cronWords(cron)).toBe(words);
});

test.each(["*/7 * * * *", "0 3 * 1 *", "0 3 1 * 1", "1,2 3 * * *", "0 3 * *", "nonsense", "0 0 3 * * *"])(
  "%s speaks for itself",
  (cron) => {
    expect(cronWords(cron)).toBeNull();
  },
);
