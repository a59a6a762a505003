"use client";

import { useSuspenseQuery } from "@tanstack/react-query";

import { ListRows } from "@/components/ui/list-row";
import { Section } from "@/components/ui/section";
import { membersOptions } from "@/queries/members";

import { MemberRow } from "./member-row";
import { describeSeats, hasFreeSeat } from "./seats";

export function MemberList() {
  const { items, seats } = useSuspenseQuery(membersOptions()).data;
  return (
    <Section
      title="People"
      description={
        <>
          {describeSeats(seats)}
          {hasFreeSeat(seats) ? null : " To invite somebody else, revoke an invitation or remove a member."}
        </>
      }
    >
      <ListRows label="Members">
        {items.map((member) => (
          <MemberRow key={member.user_id} member={member} />
        ))}
      </ListRows>
    </Section>
  );
}
