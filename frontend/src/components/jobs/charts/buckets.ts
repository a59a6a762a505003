import type { JobStatisticsBucket } from "@/openapi/types.gen";

/** So many columns can still be told apart on a phone. */
const MOST_COLUMNS = 48;

export type Column = {
  at: string;
  succeeded: number;
  failed: number;
  dead: number;
  failureShare: number | null;
  waitMean: number | null;
  waitMax: number | null;
  runMean: number | null;
  runMax: number | null;
};

/** The API's buckets, several put together where there are more than a chart has columns for. */
export function columnsOf(buckets: readonly JobStatisticsBucket[]): Column[] {
  const size = Math.max(Math.ceil(buckets.length / MOST_COLUMNS), 1);
  const columns: Column[] = [];
  // From the end, so that the newest column is a whole one.
  for (let end = buckets.length; end > 0; end -= size) {
    columns.unshift(together(buckets.slice(Math.max(end - size, 0), end)));
  }
  return columns;
}

function together(buckets: readonly JobStatisticsBucket[]): Column {
  const sum = (of: (bucket: JobStatisticsBucket) => number) =>
    buckets.reduce((total, bucket) => total + of(bucket), 0);
  const succeeded = sum((bucket) => bucket.succeeded);
  const failed = sum((bucket) => bucket.failed);
  const dead = sum((bucket) => bucket.dead);
  const attempts = succeeded + failed + dead;
  return {
    at: buckets[0]?.at ?? "",
    succeeded,
    failed,
    dead,
    failureShare: attempts === 0 ? null : (failed + dead) / attempts,
    waitMean: weightedMean(buckets, (bucket) => bucket.wait_seconds_mean),
    waitMax: highest(buckets, (bucket) => bucket.wait_seconds_max),
    runMean: weightedMean(buckets, (bucket) => bucket.run_seconds_mean),
    runMax: highest(buckets, (bucket) => bucket.run_seconds_max),
  };
}

type Reading = (bucket: JobStatisticsBucket) => number | null;

/** Every attempt counts the same, whichever bucket it is in. */
function weightedMean(buckets: readonly JobStatisticsBucket[], read: Reading): number | null {
  let total = 0;
  let weight = 0;
  for (const bucket of buckets) {
    const mean = read(bucket);
    if (mean === null) continue;
    const attempts = bucket.succeeded + bucket.failed + bucket.dead;
    total += mean * attempts;
    weight += attempts;
  }
  return weight === 0 ? null : total / weight;
}

function highest(buckets: readonly JobStatisticsBucket[], read: Reading): number | null {
  const values = buckets.map(read).filter((value) => value !== null);
  return values.length === 0 ? null : Math.max(...values);
}
