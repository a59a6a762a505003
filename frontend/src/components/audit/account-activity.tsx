"use client";

import { useSuspenseInfiniteQuery } from "@tanstack/react-query";

import { accountTargetTypes } from "@/lib/search-params/audit";
import { myAuditOptions } from "@/queries/audit";

import { AuditEntries } from "./audit-entries";
import { AuditList, type AuditListing } from "./audit-list";

export function AccountActivity() {
  return (
    <AuditList kinds={accountTargetTypes} renderEntries={(listing) => <AccountEntries {...listing} />} />
  );
}

function AccountEntries({ filters, ...listing }: AuditListing) {
  return <AuditEntries query={useSuspenseInfiniteQuery(myAuditOptions(filters))} {...listing} />;
}
