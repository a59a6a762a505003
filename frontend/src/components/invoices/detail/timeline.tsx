"use client";

import { useSuspenseQuery } from "@tanstack/react-query";

import { TimeAgo } from "@/components/figures/time-ago";
import { cn } from "@/components/ui/cn";
import { invoiceEventsOptions } from "@/queries/invoices";

import { tellStory, type StoryTone } from "./story";

const dots: Record<StoryTone, string> = { plain: "bg-rule-strong", good: "bg-paid", bad: "bg-overdue" };

export function Timeline({ invoiceId }: { invoiceId: string }) {
  const { data } = useSuspenseQuery(invoiceEventsOptions(invoiceId));
  const entries = tellStory(data.items);
  if (entries.length === 0) return <p className="text-sm text-muted">Nothing has happened yet.</p>;
  return (
    <ol className="text-sm">
      {entries.map((entry) => (
        <li
          key={entry.id}
          className="relative pb-4 pl-5 before:absolute before:top-2 before:bottom-0 before:left-0.75 before:w-px before:bg-rule last:pb-0 last:before:hidden"
        >
          <span aria-hidden className={cn("absolute top-1.5 left-0 size-2 rounded-full", dots[entry.tone])} />
          <div className="flex items-baseline justify-between gap-4">
            <span className="min-w-0 wrap-anywhere">{entry.text}</span>
            <TimeAgo value={entry.occurredAt} className="text-xs text-muted" />
          </div>
          {entry.note ? <p className="mt-0.5 wrap-anywhere text-muted">{entry.note}</p> : null}
        </li>
      ))}
    </ol>
  );
}
