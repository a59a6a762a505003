"use client";

import { Paperclip } from "lucide-react";
import Link from "next/link";

import { TimeAgo } from "@/components/figures/time-ago";
import { cn } from "@/components/ui/cn";
import { countOf } from "@/lib/format";
import type { MailboxMessageSummary } from "@/openapi/types.gen";

type Props = {
  messages: readonly MailboxMessageSummary[];
  currentId: string;
  hrefOf: (id: string) => string;
};

export function MessageList({ messages, currentId, hrefOf }: Props) {
  return (
    <ul
      aria-label="Messages"
      className="divide-y divide-rule border-y border-rule lg:max-h-dvh lg:overflow-y-auto"
    >
      {messages.map((message) => {
        const isCurrent = message.id === currentId;
        return (
          <li key={message.id}>
            <Link
              href={hrefOf(message.id)}
              scroll={false}
              aria-current={isCurrent ? "true" : undefined}
              className={cn(
                "relative grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 px-3 py-3 text-sm hover:bg-sunken focus-visible:-outline-offset-2",
                isCurrent &&
                  "lg:bg-sunken lg:before:absolute lg:before:inset-y-3 lg:before:left-0 lg:before:w-0.5 lg:before:bg-accent",
              )}
            >
              <span className="truncate font-semibold">{message.subject}</span>
              <TimeAgo value={message.created_at} className="text-muted" />
              <span className="truncate text-muted">{message.to}</span>
              {message.attachment_count > 0 ? (
                <span className="flex items-center justify-end gap-1 text-muted figures">
                  <Paperclip aria-hidden className="size-3.5" />
                  <span aria-hidden>{message.attachment_count}</span>
                  <span className="sr-only">{countOf(message.attachment_count, "attachment")}</span>
                </span>
              ) : null}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
