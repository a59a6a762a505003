"use client";

import { cn } from "@/components/ui/cn";
import { formatExactDateTime, formatTimeAgo } from "@/lib/format";
import { useNow } from "@/lib/use-now";

type Props = { value: string; className?: string };

/** "5 min ago", kept true while the page stays open. */
export function TimeAgo({ value, className }: Props) {
  const now = useNow();
  return (
    <time
      dateTime={value}
      title={formatExactDateTime(value)}
      className={cn("whitespace-nowrap figures", className)}
    >
      {formatTimeAgo(value, now)}
    </time>
  );
}
