import { countOf } from "@/lib/format";
import type { Seats } from "@/openapi/types.gen";

export function hasFreeSeat({ members, pending_invitations, limit }: Seats): boolean {
  return limit === null || members + pending_invitations < limit;
}

/** "4 of 10 seats taken: 3 members, 1 open invitation.". */
export function describeSeats({ members, pending_invitations, limit }: Seats): string {
  const open = countOf(pending_invitations, "open invitation");
  if (limit === null) {
    return pending_invitations > 0
      ? `${countOf(members, "member")}, ${open}.`
      : `${countOf(members, "member")}.`;
  }
  const taken = `${members + pending_invitations} of ${countOf(limit, "seat")} taken`;
  return pending_invitations > 0 ? `${taken}: ${countOf(members, "member")}, ${open}.` : `${taken}.`;
}
