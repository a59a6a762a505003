"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { cn } from "@/components/ui/cn";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { TableSkeleton } from "@/components/ui/skeleton";
import { toApiError } from "@/lib/errors";
import { mailboxSearchParams } from "@/lib/search-params/mailbox";
import { useSearchState } from "@/lib/search-params/use-search-state";
import type { MailboxMessageSummary } from "@/openapi/types.gen";
import { mailboxOptions } from "@/queries/mailbox";

import { MailboxMessage } from "./mailbox-message";
import { MailboxMessageSkeleton } from "./mailbox-message-skeleton";
import { MessageList } from "./message-list";

const isAbsent = (error: unknown) => toApiError(error).status === 404;

export function Mailbox() {
  const { data, error } = useQuery({ ...mailboxOptions(), throwOnError: (problem) => !isAbsent(problem) });
  if (error) {
    return (
      <EmptyState
        title="There is no mailbox here"
        description="It exists in development only. This server really sends its mail."
      />
    );
  }
  if (!data) return <TableSkeleton />;
  if (data.items.length === 0) {
    return (
      <EmptyState
        title="No mail yet"
        description="Issue an invoice: its mail lands here a moment later, with the PDF attached."
        action={
          <LinkButton href="/invoices" variant="primary">
            Go to the invoices
          </LinkButton>
        }
      />
    );
  }
  return <Messages messages={data.items} />;
}

/** On a phone the list, then the message; on a wide screen both, the newest open from the start. */
function Messages({ messages }: { messages: readonly MailboxMessageSummary[] }) {
  const { state, setState, hrefWith } = useSearchState(mailboxSearchParams);
  // Kept from the start: a mail that arrives must not push away the one being read.
  const [initialId] = useState(messages[0]?.id ?? "");
  const chosenId = state.message;
  const shownId = chosenId || initialId;

  return (
    <div className="gap-8 lg:grid lg:grid-cols-3">
      <div className={cn(chosenId && "hidden lg:block")}>
        <MessageList messages={messages} currentId={shownId} hrefOf={(id) => hrefWith({ message: id })} />
      </div>
      <div className={cn("min-w-0 lg:col-span-2", !chosenId && "hidden lg:block")}>
        <QueryBoundary
          key={shownId}
          skeleton={<MailboxMessageSkeleton />}
          errorTitle="The message could not be loaded"
        >
          <MailboxMessage
            id={shownId}
            part={state.part}
            onPartChange={(part) => setState({ part })}
            listHref={hrefWith({ message: "" })}
          />
        </QueryBoundary>
      </div>
    </div>
  );
}
