"use client";

import { usePathname } from "next/navigation";
import { useDeferredValue, type ReactNode } from "react";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { TableSkeleton } from "@/components/ui/skeleton";
import { auditSearchParser, type AuditListState, type AuditTargetType } from "@/lib/search-params/audit";
import { useSearchState } from "@/lib/search-params/use-search-state";

import { AuditToolbar } from "./audit-toolbar";
import type { HrefWith } from "./entry-details";

export type AuditListing = {
  filters: AuditListState;
  hrefWith: HrefWith;
  isFiltered: boolean;
  clearHref: string;
};

type Props = {
  kinds: readonly AuditTargetType[];
  /** The entries that these filters select; it may suspend. */
  renderEntries: (listing: AuditListing) => ReactNode;
};

/** Filters in the address above the entries of one reader's log. */
export function AuditList({ kinds, renderEntries }: Props) {
  const { state, setState, hrefWith } = useSearchState(auditSearchParser);
  const clearHref = usePathname();
  // Compared as text: the list on screen stays until the next one is here.
  const address = auditSearchParser.serialize(state);
  const deferredAddress = useDeferredValue(address);

  return (
    <>
      <AuditToolbar
        state={state}
        setState={setState}
        kinds={kinds}
        isFiltered={address !== ""}
        clearHref={clearHref}
      />
      <div aria-busy={address !== deferredAddress}>
        <QueryBoundary skeleton={<TableSkeleton />} errorTitle="The log could not be loaded">
          {renderEntries({
            filters: auditSearchParser.parse(new URLSearchParams(deferredAddress)),
            hrefWith,
            isFiltered: deferredAddress !== "",
            clearHref,
          })}
        </QueryBoundary>
      </div>
    </>
  );
}
