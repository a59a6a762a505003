"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { LoadMore } from "@/components/ui/load-more";
import { RowList, Table, TableBody, TableHead, TableHeaderCell } from "@/components/ui/table";
import { formatDateTime } from "@/lib/format";
import type { JobPage } from "@/openapi/types.gen";
import { matchingFilters, type JobReach } from "@/queries/jobs";

import { BulkBar } from "./bulk-bar";
import { JobItem, JobRow } from "./job-row";
import type { JobListing } from "./jobs-list";
import { JobsEmpty } from "./jobs-empty";

type Props = JobListing & {
  reach: JobReach;
  canManage: boolean;
  query: {
    data: { pages: readonly JobPage[] };
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => unknown;
  };
};

/** Newest first; those that are ticked can be acted on together. */
export function JobsTable({ reach, canManage, query, filters, isFiltered, clearHref }: Props) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const jobs = query.data.pages.flatMap((page) => page.items);
  const searchedUntil = query.data.pages.at(-1)?.searched_until ?? null;
  const selected = jobs.filter((job) => ticked.has(job.id));
  const areAllSelected = jobs.length > 0 && selected.length === jobs.length;

  const onTick = (id: string) => {
    const next = new Set(ticked);
    if (!next.delete(id)) next.add(id);
    setTicked(next);
  };
  const onTickAll = () => setTicked(areAllSelected ? new Set() : new Set(jobs.map((job) => job.id)));
  const row = { reach, ...(canManage ? { onTick } : {}) };

  return (
    <>
      {canManage ? (
        <BulkBar
          reach={reach}
          selected={selected}
          matching={areAllSelected && query.hasNextPage ? matchingFilters(reach, filters) : null}
          onClear={() => setTicked(new Set())}
        />
      ) : null}
      {jobs.length > 0 ? (
        <>
          <Table className="hidden md:table">
            <TableHead>
              <tr>
                {canManage ? (
                  <TableHeaderCell className="w-9">
                    <input
                      type="checkbox"
                      aria-label="Select all shown"
                      checked={areAllSelected}
                      onChange={onTickAll}
                      className="block size-5 accent-accent"
                    />
                  </TableHeaderCell>
                ) : null}
                <TableHeaderCell>Task</TableHeaderCell>
                {reach === "all" ? <TableHeaderCell>Team</TableHeaderCell> : null}
                <TableHeaderCell>State</TableHeaderCell>
                <TableHeaderCell isFigure>Attempt</TableHeaderCell>
                <TableHeaderCell isFigure>Waited</TableHeaderCell>
                <TableHeaderCell isFigure>Took</TableHeaderCell>
                <TableHeaderCell isFigure>Queued</TableHeaderCell>
              </tr>
            </TableHead>
            <TableBody>
              {jobs.map((job) => (
                <JobRow key={job.id} job={job} isTicked={ticked.has(job.id)} {...row} />
              ))}
            </TableBody>
          </Table>
          <RowList className="md:hidden">
            {jobs.map((job) => (
              <JobItem key={job.id} job={job} isTicked={ticked.has(job.id)} {...row} />
            ))}
          </RowList>
        </>
      ) : searchedUntil === null ? (
        <JobsEmpty filters={filters} isFiltered={isFiltered} clearHref={clearHref} />
      ) : null}
      {searchedUntil !== null && query.hasNextPage ? (
        <div className="flex flex-col items-center gap-3 pt-6 text-center text-sm">
          <p className="text-muted">
            {jobs.length === 0 ? "Nothing matches so far. " : null}
            Searched back to {formatDateTime(searchedUntil)}.
          </p>
          <Button isPending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Search further back
          </Button>
        </div>
      ) : (
        <LoadMore
          hasMore={query.hasNextPage}
          isPending={query.isFetchingNextPage}
          onLoadMore={() => void query.fetchNextPage()}
        />
      )}
    </>
  );
}
