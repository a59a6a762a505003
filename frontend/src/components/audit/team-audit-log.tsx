"use client";

import { useSuspenseInfiniteQuery } from "@tanstack/react-query";

import { buttonVariants } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { auditSearchParser, teamTargetTypes } from "@/lib/search-params/audit";
import { useSearchState } from "@/lib/search-params/use-search-state";
import { auditExportHref, teamAuditOptions } from "@/queries/audit";
import { useCan } from "@/queries/session";

import { AuditEntries } from "./audit-entries";
import { AuditList, type AuditListing } from "./audit-list";

export function TeamAuditLog() {
  const { state } = useSearchState(auditSearchParser);
  const canRead = useCan("audit:read");
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Every change in your team: who made it, when, and how it was before. Nobody can change or delete an entry."
        secondary={
          canRead ? (
            <a href={auditExportHref(state)} download className={buttonVariants()}>
              Download as CSV
            </a>
          ) : undefined
        }
      />
      <AuditList kinds={teamTargetTypes} renderEntries={(listing) => <TeamEntries {...listing} />} />
    </>
  );
}

function TeamEntries({ filters, ...listing }: AuditListing) {
  return <AuditEntries query={useSuspenseInfiniteQuery(teamAuditOptions(filters))} {...listing} />;
}
