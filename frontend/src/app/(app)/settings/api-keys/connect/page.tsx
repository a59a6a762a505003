import type { Metadata } from "next";

import { ApiAccessGate } from "@/components/api-clients/api-access-gate";
import { ConnectApiClient } from "@/components/api-clients/connect-api-client";
import { QueryBoundary } from "@/components/layout/query-boundary";
import { SettingsSkeleton } from "@/components/settings/settings-skeleton";
import { PageHeader } from "@/components/ui/page-header";

export const metadata: Metadata = { title: "Connect an API client" };

export default function ConnectApiClientPage() {
  return (
    <>
      <PageHeader title="Connect an API client" back={{ href: "/settings/api-keys", label: "API keys" }} />
      <ApiAccessGate>
        <QueryBoundary
          skeleton={<SettingsSkeleton />}
          errorTitle="What you may give to a client could not be loaded"
        >
          <ConnectApiClient />
        </QueryBoundary>
      </ApiAccessGate>
    </>
  );
}
