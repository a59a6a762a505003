"use client";

import { useSuspenseQuery } from "@tanstack/react-query";

import { DateTimeText } from "@/components/figures/date-text";
import { Badge } from "@/components/ui/badge";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
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
import { usePathId } from "@/lib/use-path-id";
import { adminTeamOptions } from "@/queries/admin";

export function TeamPage() {
  const { data: team } = useSuspenseQuery(adminTeamOptions(usePathId("teams")));
  return (
    <>
      <PageHeader
        title={team.name}
        back={{ href: "/admin/teams", label: "Teams" }}
        description={
          <>
            Since <DateTimeText value={team.created_at} />
          </>
        }
        secondary={<LinkButton href={`/admin/audit-log?team=${team.id}`}>Audit log</LinkButton>}
      />
      <Table className="hidden md:table">
        <TableHead>
          <tr>
            <TableHeaderCell>Name</TableHeaderCell>
            <TableHeaderCell>Role</TableHeaderCell>
            <TableHeaderCell isFigure>Joined</TableHeaderCell>
          </tr>
        </TableHead>
        <TableBody>
          {team.members.map((member) => (
            <TableRow key={member.user_id}>
              <TableCell className="py-2 wrap-anywhere">
                <RowLink href={`/admin/users/${member.user_id}`}>{member.name}</RowLink>
                <div className="text-muted">{member.email}</div>
              </TableCell>
              <TableCell className="capitalize">
                {member.role} {member.is_disabled ? <Badge tone="overdue">Disabled</Badge> : null}
              </TableCell>
              <TableCell isFigure>
                <DateTimeText value={member.joined_at} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <RowList className="md:hidden">
        {team.members.map((member) => (
          <RowListItem key={member.user_id}>
            <RowLink href={`/admin/users/${member.user_id}`} className="min-w-0 truncate">
              {member.name}
            </RowLink>
            <span className="text-muted capitalize">{member.role}</span>
            <span className="min-w-0 truncate text-muted">{member.email}</span>
            {member.is_disabled ? <Badge tone="overdue">Disabled</Badge> : <span />}
          </RowListItem>
        ))}
      </RowList>
    </>
  );
}
