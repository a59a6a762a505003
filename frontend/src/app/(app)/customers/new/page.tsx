import type { Metadata } from "next";

import { FormSkeleton } from "@/components/customers/form-skeleton";
import { NewCustomer } from "@/components/customers/new-customer";
import { QueryBoundary } from "@/components/layout/query-boundary";
import { PageHeader } from "@/components/ui/page-header";

export const metadata: Metadata = { title: "New customer" };

export default function NewCustomerPage() {
  return (
    <>
      <PageHeader title="New customer" back={{ href: "/customers", label: "Customers" }} />
      <QueryBoundary skeleton={<FormSkeleton />} errorTitle="The form could not be loaded">
        <NewCustomer />
      </QueryBoundary>
    </>
  );
}
