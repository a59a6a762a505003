import type { Metadata } from "next";

import { UserPage } from "@/components/admin/user-page";
import { PageSkeleton } from "@/components/layout/page-skeleton";
import { QueryBoundary } from "@/components/layout/query-boundary";

export const metadata: Metadata = { title: "Person" };

export function generateStaticParams() {
  return [{ id: "_" }];
}

export default function Page() {
  return (
    <QueryBoundary skeleton={<PageSkeleton />} errorTitle="The account could not be loaded">
      <UserPage />
    </QueryBoundary>
  );
}
