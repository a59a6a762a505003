import type { Metadata } from "next";

import { TeamPage } from "@/components/admin/team-page";
import { PageSkeleton } from "@/components/layout/page-skeleton";
import { QueryBoundary } from "@/components/layout/query-boundary";

export const metadata: Metadata = { title: "Team" };

export function generateStaticParams() {
  return [{ id: "_" }];
}

export default function Page() {
  return (
    <QueryBoundary skeleton={<PageSkeleton />} errorTitle="The team could not be loaded">
      <TeamPage />
    </QueryBoundary>
  );
}
