import Link from "next/link";

import { DateTimeText } from "@/components/figures/date-text";
import { Detail, DetailList } from "@/components/ui/detail-list";
import type { AdminUserDetail } from "@/openapi/types.gen";

export function UserFacts({ detail: { user, session_count, last_seen_at } }: { detail: AdminUserDetail }) {
  return (
    <DetailList>
      <Detail label="E-mail address">{user.is_email_verified ? "Confirmed" : "Not confirmed yet"}</Detail>
      <Detail label="Second step">{user.has_second_factor ? "Set up" : "None"}</Detail>
      <Detail label="Open sessions">
        <span className="figures">{session_count}</span>
      </Detail>
      <Detail label="Last seen">{last_seen_at ? <DateTimeText value={last_seen_at} /> : "Never"}</Detail>
      <Detail label="Since">
        <DateTimeText value={user.created_at} />
      </Detail>
      <Detail label="Deletion due">
        {user.deletion_due_at ? <DateTimeText value={user.deletion_due_at} /> : null}
      </Detail>
      <Detail label="Teams">
        {user.teams.length > 0 ? (
          <ul>
            {user.teams.map((team) => (
              <li key={team.id} className="wrap-anywhere">
                <Link className="underline" href={`/admin/teams/${team.id}`}>
                  {team.name}
                </Link>
                , {team.role}
              </li>
            ))}
          </ul>
        ) : (
          "None"
        )}
      </Detail>
    </DetailList>
  );
}
