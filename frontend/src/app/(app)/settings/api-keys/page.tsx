import type { Metadata } from "next";

import { ApiAccessGate } from "@/components/api-clients/api-access-gate";
import { ApiClientsList } from "@/components/api-clients/api-clients-list";
import { ApiKeysList } from "@/components/api-clients/api-keys-list";
import { CredentialsSkeleton } from "@/components/api-clients/credentials-skeleton";
import { NewKeyAction } from "@/components/api-clients/new-key-action";
import { QueryBoundary } from "@/components/layout/query-boundary";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";

export const metadata: Metadata = { title: "API keys" };

export default function ApiKeysPage() {
  return (
    <>
      <PageHeader title="API keys" action={<NewKeyAction />} />
      <ApiAccessGate>
        <div className="space-y-12">
          <Section title="Keys" description="Each acts in the name of who made it, in this team only.">
            <QueryBoundary skeleton={<CredentialsSkeleton />} errorTitle="The API keys could not be loaded">
              <ApiKeysList />
            </QueryBoundary>
          </Section>
          <Section
            title="API clients"
            description="Programs that work with tokens of ten minutes, and renew them for 30 days."
            aside={
              <LinkButton href="/settings/api-keys/connect" size="sm">
                Connect a client
              </LinkButton>
            }
          >
            <QueryBoundary
              skeleton={<CredentialsSkeleton rows={1} />}
              errorTitle="The API clients could not be loaded"
            >
              <ApiClientsList />
            </QueryBoundary>
          </Section>
        </div>
      </ApiAccessGate>
    </>
  );
}
