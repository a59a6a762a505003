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
import type { AdminUser } from "@/openapi/types.gen";
import { adminUsersOptions, type UserFilters } from "@/queries/admin";

import { UserBadges } from "./user-badges";

export function UsersTable({ filters }: { filters: UserFilters }) {
  const query = useSuspenseInfiniteQuery(adminUsersOptions(filters));
  const users = query.data.pages.flatMap((page) => page.items);
  if (users.length === 0) return <NoUsers search={filters.search} />;

  return (
    <>
      <Table className="hidden md:table">
        <TableHead>
          <tr>
            <TableHeaderCell>Name</TableHeaderCell>
            <TableHeaderCell>Teams</TableHeaderCell>
            <TableHeaderCell>State</TableHeaderCell>
            <TableHeaderCell isFigure>Since</TableHeaderCell>
          </tr>
        </TableHead>
        <TableBody>
          {users.map((user) => (
            <TableRow key={user.id}>
              <TableCell className="py-2 wrap-anywhere">
                <UserLink user={user} />
                <div className="text-muted">{user.email}</div>
              </TableCell>
              <TableCell className="wrap-anywhere">{teamNames(user) || "None"}</TableCell>
              <TableCell>
                <UserBadges user={user} />
              </TableCell>
              <TableCell isFigure>
                <DateTimeText value={user.created_at} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <RowList className="md:hidden">
        {users.map((user) => (
          <RowListItem key={user.id}>
            <span className="min-w-0 truncate">
              <UserLink user={user} />
            </span>
            <UserBadges user={user} />
            <span className="col-span-2 min-w-0 truncate text-muted">
              {[user.email, teamNames(user)].filter(Boolean).join(" · ")}
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

function UserLink({ user }: { user: AdminUser }) {
  return <RowLink href={`/admin/users/${user.id}`}>{user.name}</RowLink>;
}

const teamNames = (user: AdminUser) => user.teams.map((team) => team.name).join(", ");

function NoUsers({ search }: { search: string }) {
  if (search) {
    return (
      <EmptyState
        title={`Nobody matches “${search}”`}
        description="The search looks at names and e-mail addresses. Try fewer letters, or look among all people."
        action={<LinkButton href="/admin/users">Show everybody</LinkButton>}
      />
    );
  }
  return (
    <EmptyState
      title="Nobody is in this state"
      description="As soon as an account is, it is listed here."
      action={<LinkButton href="/admin/users">Show everybody</LinkButton>}
    />
  );
}
