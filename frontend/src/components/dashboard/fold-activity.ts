import type { TeamEvent } from "@/openapi/types.gen";

const ON_ITS_WAY: readonly string[] = ["invoice.queued", "invoice.rendering", "invoice.rendered"];
const DELIVERY: readonly string[] = [...ON_ITS_WAY, "invoice.sent", "invoice.failed"];

/** Newest first. Of an invoice's way to the mailbox only the last step is news; the steps before it are on its own page. */
export function foldActivity(events: readonly TeamEvent[]): TeamEvent[] {
  const delivered = new Set<string>();
  return events.filter(({ kind, subject_id }) => {
    const isOvertaken = ON_ITS_WAY.includes(kind) && delivered.has(subject_id);
    if (DELIVERY.includes(kind)) delivered.add(subject_id);
    return !isOvertaken;
  });
}
