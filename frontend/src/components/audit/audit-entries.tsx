"use client";

import { ChevronDown } from "lucide-react";
import { useId, useState } from "react";

import { DateTimeText } from "@/components/figures/date-text";
import { cn } from "@/components/ui/cn";
import { LoadMore } from "@/components/ui/load-more";
import {
  RowList,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeaderCell,
  TableRow,
} from "@/components/ui/table";
import type { AuditPage } from "@/openapi/types.gen";

import { AuditEmpty } from "./audit-empty";
import type { HrefWith } from "./entry-details";
import { GroupDetails } from "./group-details";
import { groupByRequest, type EntryGroup } from "./groups";
import { changesOf, sentenceOf, targetOf } from "./words";

type Props = {
  query: {
    data: { pages: readonly AuditPage[] };
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => unknown;
  };
  hrefWith: HrefWith;
  isFiltered: boolean;
  clearHref: string;
};

/** Who did what, newest first, a request's changes as one; each opens to what it changed. */
export function AuditEntries({ query, hrefWith, isFiltered, clearHref }: Props) {
  const entries = query.data.pages.flatMap((page) => page.items);
  if (entries.length === 0) return <AuditEmpty isFiltered={isFiltered} clearHref={clearHref} />;
  const groups = groupByRequest(entries);

  return (
    <>
      <Table className="hidden md:table">
        <TableHead>
          <tr>
            <TableHeaderCell>What happened</TableHeaderCell>
            <TableHeaderCell>To what</TableHeaderCell>
            <TableHeaderCell isFigure>When</TableHeaderCell>
            <TableHeaderCell className="w-10">
              <span className="sr-only">Difference</span>
            </TableHeaderCell>
          </tr>
        </TableHead>
        <TableBody>
          {groups.map((group) => (
            <GroupRow key={group.key} group={group} hrefWith={hrefWith} />
          ))}
        </TableBody>
      </Table>
      <RowList className="md:hidden">
        {groups.map((group) => (
          <GroupItem key={group.key} group={group} hrefWith={hrefWith} />
        ))}
      </RowList>
      <LoadMore
        hasMore={query.hasNextPage}
        isPending={query.isFetchingNextPage}
        onLoadMore={() => void query.fetchNextPage()}
      />
    </>
  );
}

type GroupProps = { group: EntryGroup; hrefWith: HrefWith };

function GroupRow({ group, hrefWith }: GroupProps) {
  const [isOpen, setIsOpen] = useState(false);
  const detailsId = useId();
  return (
    <>
      <TableRow className="hover:bg-sunken">
        <TableCell className="py-2 wrap-anywhere">
          {/* Its hit area covers the row, as a row's link would. */}
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={isOpen ? detailsId : undefined}
            onClick={() => setIsOpen(!isOpen)}
            className="text-left font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
          >
            {sentenceOf(group.lead)}
          </button>
        </TableCell>
        <TableCell className="py-2 wrap-anywhere">
          {targetOf(group.lead)} <span className="block text-muted">{changesOf(group)}</span>
        </TableCell>
        <TableCell isFigure>
          <DateTimeText value={group.lead.occurred_at} />
        </TableCell>
        <TableCell className="text-muted">
          <Chevron isOpen={isOpen} />
        </TableCell>
      </TableRow>
      {isOpen ? (
        <tr id={detailsId}>
          <td colSpan={4} className="py-4">
            <GroupDetails group={group} hrefWith={hrefWith} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

function GroupItem({ group, hrefWith }: GroupProps) {
  const [isOpen, setIsOpen] = useState(false);
  const detailsId = useId();
  return (
    <li className="text-sm">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={isOpen ? detailsId : undefined}
        onClick={() => setIsOpen(!isOpen)}
        className="grid w-full grid-cols-[1fr_auto] gap-x-4 gap-y-0.5 py-3 text-left active:bg-sunken"
      >
        <span className="min-w-0 font-semibold wrap-anywhere">{sentenceOf(group.lead)}</span>
        <span className="text-muted">
          <Chevron isOpen={isOpen} />
        </span>
        <span className="col-span-2 flex justify-between gap-4 text-muted">
          <span className="min-w-0 truncate">{targetOf(group.lead)}</span>
          <DateTimeText value={group.lead.occurred_at} />
        </span>
      </button>
      {isOpen ? (
        <div id={detailsId} className="pb-4">
          <GroupDetails group={group} hrefWith={hrefWith} />
        </div>
      ) : null}
    </li>
  );
}

function Chevron({ isOpen }: { isOpen: boolean }) {
  return (
    <ChevronDown
      aria-hidden
      className={cn("size-4 transition-transform duration-100", isOpen && "rotate-180")}
    />
  );
}
