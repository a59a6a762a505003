"use client";

import { usePathname } from "next/navigation";
import { useDeferredValue, type ReactNode } from "react";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { FilterLinks } from "@/components/ui/filter-links";
import { TableSkeleton } from "@/components/ui/skeleton";
import { jobSearchParser, jobStates, type JobListState } from "@/lib/search-params/jobs";
import { useSearchState } from "@/lib/search-params/use-search-state";
import type { JobReach } from "@/queries/jobs";

import { stateWords } from "../job-words";
import { JobsToolbar } from "./jobs-toolbar";

export type JobListing = { filters: JobListState; isFiltered: boolean; clearHref: string };

type Props = {
  reach: JobReach;
  /** Names of tasks to choose from. */
  tasks: readonly string[];
  /** The jobs that these filters select; it may suspend. */
  renderJobs: (listing: JobListing) => ReactNode;
};

/** Filters in the address above the jobs they select. */
export function JobsList({ reach, tasks, renderJobs }: Props) {
  const { state, setState, hrefWith } = useSearchState(jobSearchParser);
  const clearHref = usePathname();
  // Compared as text: the list on screen stays until the next one is here.
  const address = jobSearchParser.serialize(state);
  const deferredAddress = useDeferredValue(address);

  return (
    <>
      <div className="mb-3">
        <FilterLinks
          label="State"
          options={[
            { label: "All", href: hrefWith({ state: null }), isCurrent: state.state === null },
            ...jobStates.map((name) => ({
              label: stateWords[name],
              href: hrefWith({ state: name }),
              isCurrent: state.state === name,
            })),
          ]}
        />
      </div>
      <JobsToolbar
        reach={reach}
        state={state}
        setState={setState}
        tasks={tasks}
        isFiltered={address !== ""}
        clearHref={clearHref}
      />
      <div aria-busy={address !== deferredAddress}>
        <QueryBoundary skeleton={<TableSkeleton />} errorTitle="The jobs could not be loaded">
          {renderJobs({
            filters: jobSearchParser.parse(new URLSearchParams(deferredAddress)),
            isFiltered: deferredAddress !== "",
            clearHref,
          })}
        </QueryBoundary>
      </div>
    </>
  );
}
