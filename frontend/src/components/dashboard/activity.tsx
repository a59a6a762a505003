import { TimeAgo } from "@/components/figures/time-ago";
import { Section } from "@/components/ui/section";
import type { TeamEvent } from "@/openapi/types.gen";

import { sentenceOf } from "./activity-sentence";
import { foldActivity } from "./fold-activity";

const SHOWN = 8;

/** What happened, newest first; the event stream makes it out of date as soon as more happens. */
export function Activity({ events }: { events: readonly TeamEvent[] }) {
  const entries = foldActivity(events)
    .map((event) => ({ event, sentence: sentenceOf(event) }))
    .filter(({ sentence }) => sentence !== null)
    .slice(0, SHOWN);

  if (entries.length === 0) return null;
  return (
    <Section title="Recent activity">
      <ol className="-mt-3 divide-y divide-rule">
        {entries.map(({ event, sentence }) => (
          <li key={event.id} className="flex items-baseline justify-between gap-4 py-2.5 text-sm">
            <span className="min-w-0 wrap-anywhere">{sentence}</span>
            <TimeAgo value={event.occurred_at} className="text-xs text-muted" />
          </li>
        ))}
      </ol>
    </Section>
  );
}
