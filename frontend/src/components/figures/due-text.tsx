"use client";

import { cn } from "@/components/ui/cn";
import { formatDue, formatExactDate, localIsoDate } from "@/lib/format";
import { useNow } from "@/lib/use-now";

type Props = { dueDate: string; className?: string };

/** "due in 3 days" or, in vermilion, "12 days overdue": for invoices that still await money. */
export function DueText({ dueDate, className }: Props) {
  const today = localIsoDate(useNow());
  return (
    <time
      dateTime={dueDate}
      title={formatExactDate(dueDate)}
      className={cn("whitespace-nowrap figures", dueDate < today && "text-overdue", className)}
    >
      {formatDue(dueDate, today)}
    </time>
  );
}
