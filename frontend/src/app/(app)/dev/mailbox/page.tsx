import type { Metadata } from "next";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { Mailbox } from "@/components/mailbox/mailbox";
import { PageHeader } from "@/components/ui/page-header";
import { TableSkeleton } from "@/components/ui/skeleton";

export const metadata: Metadata = { title: "Mailbox" };

export default function MailboxPage() {
  return (
    <>
      <PageHeader
        title="Mailbox"
        description="Development only: every mail that would have been sent, to anybody."
      />
      <QueryBoundary skeleton={<TableSkeleton />} errorTitle="The mailbox could not be loaded">
        <Mailbox />
      </QueryBoundary>
    </>
  );
}
