import type { Metadata } from "next";

import { ApiAccessGate } from "@/components/api-clients/api-access-gate";
import { NewApiKey } from "@/components/api-clients/new-api-key";
import { QueryBoundary } from "@/components/layout/query-boundary";
import { SettingsSkeleton } from "@/components/settings/settings-skeleton";
import { PageHeader } from "@/components/ui/page-header";

export const metadata: Metadata = { title: "New API key" };

export default function NewApiKeyPage() {
  return (
    <>
      <PageHeader title="New API key" back={{ href: "/settings/api-keys", label: "API keys" }} />
      <ApiAccessGate>
        <QueryBoundary
          skeleton={<SettingsSkeleton />}
          errorTitle="What you may give to a key could not be loaded"
        >
          <NewApiKey />
        </QueryBoundary>
      </ApiAccessGate>
    </>
  );
}
