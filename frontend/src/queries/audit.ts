import { cursorPages } from "@/lib/cursor-pages";
import { midnightAfter } from "@/lib/midnight";
import type { AuditListState } from "@/lib/search-params/audit";
import {
  listAllAuditEntriesInfiniteOptions,
  listAuditEntriesInfiniteOptions,
  listMyAuditEntriesInfiniteOptions,
} from "@/openapi/@tanstack/react-query.gen";
import type { ListAuditEntriesData } from "@/openapi/types.gen";

type Query = NonNullable<ListAuditEntriesData["query"]>;

/** The days are the reader's own: from the first one's midnight to the end of the last. */
function queryOf({ search, kind, change, from, until, actor, target }: AuditListState): Query {
  return {
    ...(search ? { search } : {}),
    ...(kind ? { target_type: kind } : {}),
    ...(change ? { change } : {}),
    ...(from ? { occurred_from: midnightAfter(from, 0) } : {}),
    ...(until ? { occurred_until: midnightAfter(until, 1) } : {}),
    ...(actor ? { actor_id: actor } : {}),
    ...(target ? { target_id: target } : {}),
  };
}

export const teamAuditOptions = (filters: AuditListState) =>
  cursorPages(listAuditEntriesInfiniteOptions({ query: queryOf(filters) }));

export const myAuditOptions = (filters: AuditListState) =>
  cursorPages(listMyAuditEntriesInfiniteOptions({ query: queryOf(filters) }));

export const platformAuditOptions = (filters: AuditListState) =>
  cursorPages(
    listAllAuditEntriesInfiniteOptions({
      query: {
        ...queryOf(filters),
        ...(filters.team ? { team_id: filters.team } : {}),
        ...(filters.account ? { user_id: filters.account } : {}),
      },
    }),
  );

/** An address of its own, so that the browser saves the file as it saves any other. */
export function auditExportHref(filters: AuditListState): string {
  const query = new URLSearchParams(queryOf(filters) as Record<string, string>).toString();
  return `/api/audit-log/export${query ? `?${query}` : ""}`;
}
