import type { JobSummary } from "@/openapi/types.gen";

const countFormat = new Intl.NumberFormat("en-GB");

/** "3 waiting, 1 running, 2 failed"; nobody counts further than the API does. */
export function summaryWords(summary: JobSummary): string {
  const counted = (count: number, word: string) =>
    `${countFormat.format(count)}${count >= summary.counted_up_to ? " or more" : ""} ${word}`;
  return [
    counted(summary.waiting_count, "waiting"),
    counted(summary.running_count, "running"),
    counted(summary.dead_count, "failed"),
  ].join(", ");
}
