"use client";

import { useState } from "react";

import { DateTimeText } from "@/components/figures/date-text";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ListRow } from "@/components/ui/list-row";
import { errorMessage } from "@/lib/errors";
import { outranks, roleNames } from "@/lib/roles";
import type { Member } from "@/openapi/types.gen";
import { useRemoveMember } from "@/queries/members";
import { useCan, useCurrentTeam, useMe } from "@/queries/session";

import { ChangeRoleDialog } from "./change-role-dialog";

export function MemberRow({ member }: { member: Member }) {
  const { user } = useMe();
  const { role: ownRole } = useCurrentTeam();
  const mayManage = useCan("members:manage") && !outranks(member.role, ownRole);
  const isSelf = member.user_id === user.id;
  const [asking, setAsking] = useState<"role" | "removal" | null>(null);
  const close = () => setAsking(null);

  return (
    <ListRow
      title={
        <>
          {member.name}
          {isSelf ? <span className="font-normal text-muted"> (you)</span> : null}
        </>
      }
      badge={<Badge>{roleNames[member.role]}</Badge>}
      meta={
        <>
          {member.email} · since <DateTimeText value={member.joined_at} />
          {member.has_second_factor === null ? null : (
            <> · {member.has_second_factor ? "two-step log-in" : "password only"}</>
          )}
        </>
      }
      actions={
        mayManage ? (
          <>
            <Button size="sm" aria-label={`Change role of ${member.name}`} onClick={() => setAsking("role")}>
              Change role
            </Button>
            {isSelf ? null : (
              <Button
                size="sm"
                variant="ghost"
                aria-label={`Remove ${member.name}`}
                onClick={() => setAsking("removal")}
              >
                Remove
              </Button>
            )}
            {asking === "role" ? <ChangeRoleDialog member={member} isSelf={isSelf} onClose={close} /> : null}
            {asking === "removal" ? <RemoveMemberDialog member={member} onClose={close} /> : null}
          </>
        ) : null
      }
    />
  );
}

function RemoveMemberDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const team = useCurrentTeam();
  const remove = useRemoveMember();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={() => remove.mutate({ path: { user_id: member.user_id } }, { onSuccess: onClose })}
      title={`Remove ${member.name} from ${team.name}?`}
      description="They lose access at once and are told by mail. What they did stays, and you can invite them again."
      confirmLabel="Remove member"
      isDangerous
      isPending={remove.isPending}
      error={errorMessage(remove.error)}
    />
  );
}
