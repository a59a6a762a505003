import type { Metadata } from "next";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { InvitationList } from "@/components/members/invitation-list";
import { InviteButton } from "@/components/members/invite-button";
import { MemberList } from "@/components/members/member-list";
import { RolesExplained } from "@/components/members/roles-explained";
import { PageHeader } from "@/components/ui/page-header";
import { TableSkeleton } from "@/components/ui/skeleton";

export const metadata: Metadata = { title: "Members" };

export default function MembersPage() {
  return (
    <>
      <PageHeader title="Members" action={<InviteButton />} />
      <div className="space-y-12">
        <QueryBoundary skeleton={<TableSkeleton rows={4} />} errorTitle="The members could not be loaded">
          <MemberList />
        </QueryBoundary>
        <QueryBoundary skeleton={<TableSkeleton rows={2} />} errorTitle="The invitations could not be loaded">
          <InvitationList />
        </QueryBoundary>
        <RolesExplained />
      </div>
    </>
  );
}
