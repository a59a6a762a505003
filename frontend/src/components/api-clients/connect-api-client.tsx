"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { DateTimeText } from "@/components/figures/date-text";
import { Detail, DetailList } from "@/components/ui/detail-list";
import { SecretOnce } from "@/components/ui/secret-once";
import { applyFieldErrors } from "@/lib/errors";
import type { ApiClientCreated } from "@/openapi/types.gen";
import { apiClientsOptions, useConnectApiClient } from "@/queries/api-clients";
import { useCurrentTeam } from "@/queries/session";

import { CredentialForm } from "./credential-form";

export function ConnectApiClient() {
  const team = useCurrentTeam();
  const { grantable_scopes: grantable } = useSuspenseQuery(apiClientsOptions()).data;
  const connect = useConnectApiClient();

  if (connect.data) return <FirstToken created={connect.data} />;
  return (
    <>
      <p className="mb-8 max-w-prose text-sm text-muted">
        A client acts in your name in {team.name}, for 30 days. It gets a first token here, and exchanges it
        for access tokens by itself.
      </p>
      <CredentialForm
        label="Connect an API client"
        namePlaceholder="Ledger sync"
        grantable={grantable}
        submitLabel="Connect client"
        isPending={connect.isPending}
        onSubmit={({ name, scopes }, form) =>
          connect.mutate({ body: { name, scopes } }, { onError: (error) => applyFieldErrors(form, error) })
        }
      />
    </>
  );
}

function FirstToken({ created }: { created: ApiClientCreated }) {
  const router = useRouter();
  return (
    <div className="max-w-form space-y-6">
      <SecretOnce
        title={`The first token of “${created.api_client.name}”`}
        description={
          <>
            Give it to the program, which has to exchange it before{" "}
            <DateTimeText value={created.expires_at} />. It works once, and this is the only time it is shown.
          </>
        }
        secrets={[created.refresh_token]}
        confirmLabel="The program has the token"
        onDone={() => router.push("/settings/api-keys")}
      />
      <DetailList>
        <Detail label="Where it exchanges tokens">
          <span translate="no" className="font-mono break-all">
            {created.token_endpoint}
          </span>
        </Detail>
        <Detail label="Client ID">
          <span translate="no" className="font-mono break-all">
            {created.api_client.id}
          </span>
        </Detail>
      </DetailList>
    </div>
  );
}
