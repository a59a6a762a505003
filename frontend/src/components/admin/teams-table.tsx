"use client";

import { useSuspenseInfiniteQuery } from "@tanstack/react-query";

import { DateTimeText } from "@/components/figures/date-text";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { LoadMore } from "@/components/ui/load-more";
import {
  RowLink,
  RowList,
  RowListItem,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeaderCell,
  TableRow,
} from "@/components/ui/table";
import { countOf } from "@/lib/format";
import { adminTeamsOptions } from "@/queries/admin";

export function TeamsTable({ search }: { search: string }) {
  const query = useSuspenseInfiniteQuery(adminTeamsOptions(search));
  const teams = query.data.pages.flatMap((page) => page.items);
  if (teams.length === 0) {
    return search ? (
      <EmptyState
        title={`No team matches “${search}”`}
        description="The search looks at the teams' names. Try fewer letters."
        action={<LinkButton href="/admin/teams">Show all teams</LinkButton>}
      />
    ) : (
      <EmptyState title="No teams yet" description="Whoever signs up brings the first one along." />
    );
  }
  return (
    <>
      <Table className="hidden md:table">
        <TableHead>
          <tr>
            <TableHeaderCell>Name</TableHeaderCell>
            <TableHeaderCell>Owners</TableHeaderCell>
            <TableHeaderCell isFigure>Members</TableHeaderCell>
            <TableHeaderCell isFigure>Since</TableHeaderCell>
          </tr>
        </TableHead>
        <TableBody>
          {teams.map((team) => (
            <TableRow key={team.id}>
              <TableCell className="wrap-anywhere">
                <RowLink href={`/admin/teams/${team.id}`}>{team.name}</RowLink>
              </TableCell>
              <TableCell className="wrap-anywhere">{team.owner_names.join(", ") || "Nobody"}</TableCell>
              <TableCell isFigure>{team.member_count}</TableCell>
              <TableCell isFigure>
                <DateTimeText value={team.created_at} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <RowList className="md:hidden">
        {teams.map((team) => (
          <RowListItem key={team.id}>
            <RowLink href={`/admin/teams/${team.id}`} className="min-w-0 truncate">
              {team.name}
            </RowLink>
            <span className="text-muted figures">{countOf(team.member_count, "member")}</span>
            <span className="col-span-2 min-w-0 truncate text-muted">
              {team.owner_names.join(", ") || "Nobody owns it"}
            </span>
          </RowListItem>
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
