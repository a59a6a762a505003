import type { Metadata } from "next";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { DeleteAccount } from "@/components/settings/delete-account";
import { MyExport } from "@/components/settings/my-export";
import { PageHeader } from "@/components/ui/page-header";
import { TableSkeleton } from "@/components/ui/skeleton";

export const metadata: Metadata = { title: "Your data" };

export default function DataPage() {
  return (
    <>
      <PageHeader title="Your data" />
      <div className="space-y-10">
        <QueryBoundary skeleton={<TableSkeleton rows={2} />} errorTitle="Your export could not be loaded">
          <MyExport />
        </QueryBoundary>
        <QueryBoundary
          skeleton={<TableSkeleton rows={2} />}
          errorTitle="Whether your account can be deleted could not be loaded"
        >
          <DeleteAccount />
        </QueryBoundary>
      </div>
    </>
  );
}
