import { formatMoney } from "@/lib/format";
import type { InvoiceEvent } from "@/openapi/types.gen";

export type StoryTone = "plain" | "good" | "bad";
export type StoryEntry = {
  id: string;
  occurredAt: string;
  text: string;
  note: string | null;
  tone: StoryTone;
};

/** The invoice's events in words, oldest first. Steps that only the progress shows are left out. */
export function tellStory(events: readonly InvoiceEvent[]): StoryEntry[] {
  return events.flatMap((event, index) => {
    const words = describe(event, events[index - 1]);
    return words
      ? [{ id: event.id, occurredAt: event.occurred_at, note: null, tone: "plain" as const, ...words }]
      : [];
  });
}

type Words = { text: string; note?: string | null; tone?: StoryTone };

function describe(event: InvoiceEvent, previous: InvoiceEvent | undefined): Words | null {
  const by = event.actor_name ? ` by ${event.actor_name}` : "";
  const recipient = read(event, "recipient");
  const to = recipient ? ` to ${recipient}` : "";
  switch (event.kind) {
    case "invoice.created":
      return { text: `Draft written${by}` };
    case "invoice.issued":
      return { text: `Issued${by}` };
    case "invoice.queued":
      // Issuing sends it too; only a later sending is news.
      return previous?.kind === "invoice.issued" ? null : { text: `Sent again${by}`, note: recipient };
    case "invoice.rendering":
      return null;
    case "invoice.rendered":
      return { text: "Rendered" };
    case "invoice.sent":
      return { text: `Mailed${to}`, tone: "good" };
    case "invoice.failed":
      return { text: `Could not be mailed${to}`, note: read(event, "error"), tone: "bad" };
    case "invoice.overdue":
      return { text: `Overdue${money(event, "amount_due", ", ")}`, tone: "bad" };
    case "invoice.voided":
      return { text: `Voided${by}`, note: read(event, "reason"), tone: "bad" };
    case "payment.recorded":
      return { text: `Payment${money(event, "amount", " of ")} recorded${by}`, tone: "good" };
    case "payment.reversed":
      return {
        text: `Payment${money(event, "amount", " of ")} reversed${by}`,
        note: read(event, "reason"),
        tone: "bad",
      };
    default:
      return null;
  }
}

function read(event: InvoiceEvent, key: string): string | null {
  const value = event.detail[key];
  return typeof value === "string" && value !== "" ? value : null;
}

function money(event: InvoiceEvent, key: string, before: string): string {
  const amount = read(event, key);
  const currency = read(event, "currency");
  return amount && currency ? before + formatMoney(amount, currency) : "";
}
