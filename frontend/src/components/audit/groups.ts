import { auditTargetTypes } from "@/lib/search-params/audit";
import type { AuditEntry } from "@/openapi/types.gen";

/** What one request, job or command did: `lead` is what it was about, in the first place. */
export type EntryGroup = { key: string; lead: AuditEntry; entries: readonly AuditEntry[] };

/** Neighbours that one request wrote, as one; the log's order stays. */
export function groupByRequest(entries: readonly AuditEntry[]): EntryGroup[] {
  const groups: AuditEntry[][] = [];
  for (const entry of entries) {
    const group = groups.at(-1);
    if (group?.[0] && isOfOneRequest(group[0], entry)) group.push(entry);
    else groups.push([entry]);
  }
  return groups.map((group) => {
    const lead = group.reduce((best, entry) => (rankOf(entry) < rankOf(best) ? entry : best));
    // Named after the newest entry: what a later page adds is older.
    return { key: keyOf(group[0] ?? lead), lead, entries: group };
  });
}

export const keyOf = ({ chain_id, sequence }: AuditEntry) => `${chain_id} ${sequence}`;

function isOfOneRequest(one: AuditEntry, other: AuditEntry): boolean {
  return (
    one.request_id !== null &&
    one.request_id === other.request_id &&
    one.chain_id === other.chain_id &&
    one.action === other.action &&
    one.actor_id === other.actor_id
  );
}

/** An invoice says more about what happened than the number series that moved with it. */
function rankOf({ target_type }: AuditEntry): number {
  const rank = (auditTargetTypes as readonly string[]).indexOf(target_type);
  return rank === -1 ? auditTargetTypes.length : rank;
}
