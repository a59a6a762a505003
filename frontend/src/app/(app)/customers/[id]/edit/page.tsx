import type { Metadata } from "next";

import { EditCustomer } from "@/components/customers/edit-customer";
import { PageSkeleton } from "@/components/layout/page-skeleton";
import { QueryBoundary } from "@/components/layout/query-boundary";

export const metadata: Metadata = { title: "Edit customer" };

export function generateStaticParams() {
  return [{ id: "_" }];
}

export default function EditCustomerPage() {
  return (
    <QueryBoundary skeleton={<PageSkeleton />} errorTitle="The customer could not be loaded">
      <EditCustomer />
    </QueryBoundary>
  );
}
