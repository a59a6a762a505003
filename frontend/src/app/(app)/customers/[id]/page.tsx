import type { Metadata } from "next";

import { CustomerPage } from "@/components/customers/customer-page";
import { PageSkeleton } from "@/components/layout/page-skeleton";
import { QueryBoundary } from "@/components/layout/query-boundary";

export const metadata: Metadata = { title: "Customer" };

export function generateStaticParams() {
  return [{ id: "_" }];
}

export default function Page() {
  return (
    <QueryBoundary skeleton={<PageSkeleton />} errorTitle="The customer could not be loaded">
      <CustomerPage />
    </QueryBoundary>
  );
}
