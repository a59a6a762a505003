const STEPS = [1, 2, 2.5, 5, 10] as const;
const INTERVALS = 3;

/** Round marks from nothing to at least the highest amount: 17,050 → 0, 10,000, 20,000 (never more than four of them). */
export function chartMarks(highest: number): number[] {
  if (highest <= 0) return [0];
  const rough = highest / INTERVALS;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((factor) => factor * magnitude >= rough) ?? 10) * magnitude;
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, index) => index * step);
}
