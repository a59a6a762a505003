import { cn } from "@/components/ui/cn";
import { formatDate, formatDateTime, formatExactDate, formatExactDateTime } from "@/lib/format";

type Props = { value: string; className?: string };

/** A calendar day ("2026-11-22"), written as people do, exact on hover. */
export function DateText({ value, className }: Props) {
  return (
    <time
      dateTime={value}
      title={formatExactDate(value)}
      className={cn("whitespace-nowrap figures", className)}
    >
      {formatDate(value)}
    </time>
  );
}

/** A moment ("2026-11-22T10:15:00Z") in the reader's own time zone. */
export function DateTimeText({ value, className }: Props) {
  return (
    <time
      dateTime={value}
      title={formatExactDateTime(value)}
      className={cn("whitespace-nowrap figures", className)}
    >
      {formatDateTime(value)}
    </time>
  );
}
