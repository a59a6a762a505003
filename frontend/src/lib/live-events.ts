"use client";

import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { invalidate, type OperationId } from "./invalidate";

const invoiceReads: readonly OperationId[] = [
  "getInvoice",
  "listInvoices",
  "listInvoiceEvents",
  "getDashboard",
];
const paymentReads: readonly OperationId[] = [...invoiceReads, "listPayments", "listInvoicePayments"];
const customerReads: readonly OperationId[] = ["getCustomer", "listCustomers", "getDashboard"];
const memberReads: readonly OperationId[] = ["listMembers", "listInvitations", "getDashboard"];
const ownTeamReads: readonly OperationId[] = ["getMe", "getDashboard"];

/** What each piece of news makes out of date. */
const staleReads = {
  "invoice.created": invoiceReads,
  "invoice.issued": invoiceReads,
  "invoice.queued": invoiceReads,
  "invoice.rendering": invoiceReads,
  "invoice.rendered": invoiceReads,
  "invoice.sent": [...invoiceReads, "listMailboxMessages"],
  "invoice.failed": invoiceReads,
  "invoice.overdue": invoiceReads,
  "invoice.voided": invoiceReads,
  "payment.recorded": paymentReads,
  "payment.reversed": paymentReads,
  "customer.created": customerReads,
  "customer.archived": customerReads,
  "member.joined": memberReads,
  "member.role_changed": [...memberReads, "getMe"],
  "member.left": memberReads,
  "member.removed": memberReads,
  "team.deletion_requested": ownTeamReads,
  "team.deletion_cancelled": ownTeamReads,
} satisfies Record<string, readonly OperationId[]>;

type EventKind = keyof typeof staleReads;

const RECONNECT_MS = 5_000;

/** Says only that some job changed; pages about jobs listen for it on the window, the others need not know. */
export const JOBS_CHANGED = "jobs.changed";

/** One open stream per tab, of the team at work. EventSource resumes by itself (Last-Event-ID); after a refusal it gives up, so we try again. */
export function useTeamEvents(teamId: string | undefined): void {
  const queryClient = useQueryClient();

  useEffect(() => {
    if (teamId === undefined) return;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const connect = () => {
      source = new EventSource("/api/events");
      const onEvent = (event: MessageEvent<string>) => receiveTeamEvent(queryClient, event.data);
      source.addEventListener("message", onEvent);
      const onJobs = () => window.dispatchEvent(new Event(JOBS_CHANGED));
      source.addEventListener(JOBS_CHANGED, onJobs);
      // This news is not told again: whatever came while the stream was shut is asked for.
      source.addEventListener("open", onJobs);
      source.addEventListener("error", () => {
        if (source?.readyState !== EventSource.CLOSED) return;
        // Refused: perhaps because one is not in the team any more.
        void invalidate(queryClient, "getMe");
        timer = setTimeout(connect, RECONNECT_MS);
      });
    };

    connect();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, [queryClient, teamId]);
}

export function receiveTeamEvent(queryClient: QueryClient, data: string): void {
  const kind = readKind(data);
  if (kind) void invalidate(queryClient, ...staleReads[kind]);
}

function readKind(data: string): EventKind | null {
  try {
    const event = JSON.parse(data) as { kind?: unknown } | null;
    const kind = event?.kind;
    return typeof kind === "string" && Object.hasOwn(staleReads, kind) ? (kind as EventKind) : null;
  } catch {
    // Not ours to judge: a newer server may say things this page does not know yet.
    return null;
  }
}
