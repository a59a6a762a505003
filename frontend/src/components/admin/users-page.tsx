"use client";

import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { FilterLinks } from "@/components/ui/filter-links";
import { PageHeader } from "@/components/ui/page-header";
import { SearchInput } from "@/components/ui/search-input";
import { TableSkeleton } from "@/components/ui/skeleton";
import { countOf } from "@/lib/format";
import { userSearchParser, userStates, type UserState } from "@/lib/search-params/admin";
import { useSearchState } from "@/lib/search-params/use-search-state";
import type { AdminOverview } from "@/openapi/types.gen";
import { adminOverviewOptions } from "@/queries/admin";

import { UsersTable } from "./users-table";

const states: Record<UserState, { label: string; count: keyof AdminOverview }> = {
  all: { label: "All", count: "user_count" },
  unverified: { label: "Not confirmed", count: "unverified_user_count" },
  disabled: { label: "Disabled", count: "disabled_user_count" },
  deletion_due: { label: "Deletion due", count: "deletion_due_user_count" },
  administrator: { label: "Administrators", count: "administrator_count" },
};

export function UsersPage() {
  const { state, setState, hrefWith } = useSearchState(userSearchParser);
  const { data: overview } = useQuery(adminOverviewOptions());
  // Compared as text: the list on screen stays until the next one is here.
  const address = userSearchParser.serialize(state);
  const deferredAddress = useDeferredValue(address);

  return (
    <>
      <PageHeader
        title="People"
        description={
          overview
            ? `${countOf(overview.second_factor_user_count, "person has", "people have")} a second step; ${countOf(overview.live_session_count, "session")} open.`
            : undefined
        }
      />
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <FilterLinks
          label="State"
          options={userStates.map((userState) => {
            const { label, count } = states[userState];
            return {
              label: overview ? `${label} ${overview[count]}` : label,
              href: hrefWith({ state: userState }),
              isCurrent: state.state === userState,
            };
          })}
        />
        <SearchInput
          label="Search people"
          value={state.search}
          onChange={(search) => setState({ search })}
          className="w-full md:w-64"
        />
      </div>
      <div aria-busy={address !== deferredAddress}>
        <QueryBoundary skeleton={<TableSkeleton />} errorTitle="The people could not be loaded">
          <UsersTable filters={userSearchParser.parse(new URLSearchParams(deferredAddress))} />
        </QueryBoundary>
      </div>
    </>
  );
}
