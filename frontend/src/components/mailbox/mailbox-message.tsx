"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { ChevronLeft, Paperclip } from "lucide-react";
import Link from "next/link";

import { DateTimeText } from "@/components/figures/date-text";
import { buttonVariants } from "@/components/ui/button";
import { Tabs } from "@/components/ui/tabs";
import type { MailboxMessage as Message } from "@/openapi/types.gen";
import { mailboxAttachmentHref, mailboxMessageOptions } from "@/queries/mailbox";

import { formatBytes } from "./format-bytes";
import { HtmlPart } from "./html-part";

type Part = "html" | "text";
type Props = { id: string; part: Part; onPartChange: (part: Part) => void; listHref: string };

export function MailboxMessage({ id, part, onPartChange, listHref }: Props) {
  const { data: message } = useSuspenseQuery(mailboxMessageOptions(id));
  return (
    <article aria-label={message.subject}>
      <Link
        href={listHref}
        className="mb-3 -ml-1 inline-flex h-8 items-center gap-1 rounded-sm pr-2 text-sm text-muted hover:text-ink lg:hidden"
      >
        <ChevronLeft aria-hidden className="size-4" />
        All messages
      </Link>
      <h2 className="text-base font-semibold">{message.subject}</h2>
      <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 text-sm">
        <dt className="text-muted">From</dt>
        <dd className="break-words">{message.sender}</dd>
        <dt className="text-muted">To</dt>
        <dd className="break-words">{message.to}</dd>
        <dt className="text-muted">Date</dt>
        <dd>
          <DateTimeText value={message.created_at} />
        </dd>
      </dl>
      <Attachments message={message} />
      <div className="mt-4">
        <Tabs
          label="Parts of the message"
          value={part}
          onChange={onPartChange}
          tabs={[
            { value: "html", label: "HTML", panel: <HtmlPart html={message.html} title={message.subject} /> },
            {
              value: "text",
              label: "Text",
              panel: (
                <pre className="overflow-x-auto border border-rule bg-raised p-4 text-sm whitespace-pre-wrap">
                  {message.text}
                </pre>
              ),
            },
          ]}
        />
      </div>
    </article>
  );
}

function Attachments({ message }: { message: Message }) {
  if (message.attachments.length === 0) return null;
  return (
    <ul aria-label="Attachments" className="mt-4 flex flex-wrap gap-2">
      {message.attachments.map((attachment) => (
        <li key={attachment.id}>
          {/* A file of the API, not a page: the browser opens it by itself. */}
          <a
            href={mailboxAttachmentHref(message.id, attachment.id)}
            target="_blank"
            rel="noreferrer"
            className={buttonVariants({ size: "sm" })}
          >
            <Paperclip aria-hidden />
            {attachment.filename}
            <span className="font-normal text-muted figures">{formatBytes(attachment.size_bytes)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
