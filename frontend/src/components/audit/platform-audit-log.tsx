"use client";

import { useSuspenseInfiniteQuery } from "@tanstack/react-query";

import { PageHeader } from "@/components/ui/page-header";
import { auditTargetTypes } from "@/lib/search-params/audit";
import { platformAuditOptions } from "@/queries/audit";

import { AuditEntries } from "./audit-entries";
import { AuditList, type AuditListing } from "./audit-list";

export function PlatformAuditLog() {
  return (
    <>
      <PageHeader
        title="Audit log of the installation"
        description="Every change in every team and account. What teams work on is shown without its content."
      />
      <AuditList kinds={auditTargetTypes} renderEntries={(listing) => <PlatformEntries {...listing} />} />
    </>
  );
}

function PlatformEntries({ filters, ...listing }: AuditListing) {
  return <AuditEntries query={useSuspenseInfiniteQuery(platformAuditOptions(filters))} {...listing} />;
}
