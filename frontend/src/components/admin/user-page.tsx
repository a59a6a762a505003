"use client";

import { useSuspenseQuery } from "@tanstack/react-query";

import { DateTimeText } from "@/components/figures/date-text";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { usePathId } from "@/lib/use-path-id";
import { adminUserOptions } from "@/queries/admin";
import { useMe } from "@/queries/session";

import { UserActions } from "./user-actions";
import { UserBadges } from "./user-badges";
import { UserFacts } from "./user-facts";
import { UserImpersonations } from "./user-impersonations";

export function UserPage() {
  const { data } = useSuspenseQuery(adminUserOptions(usePathId("users")));
  const { user } = data;
  const isMine = useMe().user.id === user.id;

  return (
    <>
      <PageHeader
        title={user.name}
        back={{ href: "/admin/users", label: "People" }}
        description={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="wrap-anywhere">{user.email}</span>
            <UserBadges user={user} />
          </span>
        }
        secondary={<LinkButton href={`/admin/audit-log?account=${user.id}`}>Audit log</LinkButton>}
      />
      {user.disabled_at ? (
        <p className="mb-6 border-l-2 border-overdue bg-overdue-soft px-3 py-2 text-sm wrap-anywhere">
          Disabled since <DateTimeText value={user.disabled_at} />
          {user.disabled_reason ? `: ${user.disabled_reason}` : "."}
        </p>
      ) : null}
      <div className="grid gap-10 lg:grid-cols-3">
        <div className="space-y-10 lg:col-span-2">
          <Section title="What you can do">
            {isMine ? (
              <p className="text-sm text-muted">
                This is your own account. Ask another administrator to change it: nobody does that to
                themselves.
              </p>
            ) : (
              <UserActions detail={data} />
            )}
          </Section>
          <Section title="Who looked through these eyes">
            <UserImpersonations impersonations={data.impersonations} />
          </Section>
        </div>
        <Section title="Details">
          <UserFacts detail={data} />
        </Section>
      </div>
    </>
  );
}
