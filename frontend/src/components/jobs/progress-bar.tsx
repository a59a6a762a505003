import type { JobProgress } from "@/openapi/types.gen";

type Props = { progress: JobProgress; label: string };

export function ProgressBar({ progress, label }: Props) {
  const percent = Math.round(progress.fraction * 100);
  return (
    <svg
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={progressWords(progress)}
      className="block h-1.5 w-full"
    >
      <rect width="100%" height="100%" className="fill-rule" />
      <rect width={`${percent}%`} height="100%" className="fill-open" />
    </svg>
  );
}

/** "40%, 2 of 5: reading invoices". */
export function progressWords({ fraction, done, total, message }: JobProgress): string {
  const counted = done !== null && total !== null ? `, ${done} of ${total}` : "";
  return `${Math.round(fraction * 100)}%${counted}${message ? `: ${message}` : ""}`;
}
