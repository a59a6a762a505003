import { cn } from "@/components/ui/cn";
import { formatDate, formatDateTime, formatExactDate, formatExactDateTime } from "@/lib/format";

type Props = { value: string; className?: string };

/** A calendar day ("2026-11-22"), written as people do, exact on hover. */
export function DateText({ value, className }: Props) {
  return (
    <time dateTime={value} title={formatExactDate(value)} className={cn("figures whitespace-nowrap", className)}>
      {formatDate(value)}
    </time>
  );
}

/** A moment ("2026-11-22T10:15:00Z") in the reader's own time zone. */
export function DateTimeText({ value, className }: Props) {
  return (
    <time dateTime={value} title={formatExactDateTime(value)} className={cn("figures whitespace-nowrap", className)}>
      {formatDateTime(value)}
    </time>
  );
}
