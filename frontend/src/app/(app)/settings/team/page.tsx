import type { Metadata } from "next";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { SettingsSkeleton } from "@/components/settings/settings-skeleton";
import { TeamSettings } from "@/components/settings/team-settings";
import { TeamEnding } from "@/components/teams/team-ending";
import { PageHeader } from "@/components/ui/page-header";

export const metadata: Metadata = { title: "Team details" };

export default function TeamPage() {
  return (
    <>
      <PageHeader title="Team details" />
      <QueryBoundary skeleton={<SettingsSkeleton />} errorTitle="The team could not be loaded">
        <TeamSettings />
      </QueryBoundary>
      <TeamEnding />
    </>
  );
}
