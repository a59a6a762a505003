const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 0.004 → "4 ms", 2.34 → "2.3 s", 200 → "3 min 20 s", 90000 → "1 d 1 h". */
export function formatSeconds(seconds: number): string {
  if (seconds <= 0) return "0 s";
  if (seconds < 0.9995) return `${Math.max(Math.round(seconds * 1000), 1)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1).replace(/\.0$/, "")} s`;
  const whole = Math.round(seconds);
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return two(whole, MINUTE, "min", 1, "s");
  if (whole < DAY) return two(whole, HOUR, "h", MINUTE, "min");
  return two(whole, DAY, "d", HOUR, "h");
}

function two(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((seconds % large) / small);
  const first = `${Math.floor(seconds / large)} ${largeUnit}`;
  return rest === 0 ? first : `${first} ${rest} ${smallUnit}`;
}

/** "2026-11-24T13:00:00Z" → "in 4 min"; what has come already → "now". */
export function formatUntil(moment: string, now: Date): string {
  const seconds = (new Date(moment).getTime() - now.getTime()) / 1000;
  if (seconds <= 0) return "now";
  return `in ${formatSeconds(seconds < MINUTE ? Math.ceil(seconds) : Math.floor(seconds / MINUTE) * MINUTE)}`;
}
