"use client";

import { useDeferredValue } from "react";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { PageHeader } from "@/components/ui/page-header";
import { SearchInput } from "@/components/ui/search-input";
import { TableSkeleton } from "@/components/ui/skeleton";
import { teamSearchParser } from "@/lib/search-params/admin";
import { useSearchState } from "@/lib/search-params/use-search-state";

import { TeamsTable } from "./teams-table";

export function TeamsPage() {
  const { state, setState } = useSearchState(teamSearchParser);
  const search = useDeferredValue(state.search);
  return (
    <>
      <PageHeader title="Teams" description="Who is in them; what they work on is their own." />
      <SearchInput
        label="Search teams"
        value={state.search}
        onChange={(next) => setState({ search: next })}
        className="mb-4 w-full md:w-64"
      />
      <div aria-busy={search !== state.search}>
        <QueryBoundary skeleton={<TableSkeleton />} errorTitle="The teams could not be loaded">
          <TeamsTable search={search} />
        </QueryBoundary>
      </div>
    </>
  );
}
