"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { Plug } from "lucide-react";

import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { ListRows } from "@/components/ui/list-row";
import { countOf } from "@/lib/format";
import type { ApiClient } from "@/openapi/types.gen";
import { apiClientsOptions, useDisconnectApiClient } from "@/queries/api-clients";

import { CredentialRow } from "./credential-row";
import { EndButton } from "./end-button";
import { EndedList } from "./ended-list";

export function ApiClientsList() {
  const { items } = useSuspenseQuery(apiClientsOptions()).data;
  const active = items.filter(({ state }) => state === "active");
  const ended = items.filter(({ state }) => state !== "active");

  return (
    <>
      {active.length > 0 ? (
        <ListRows label="API clients">
          {active.map((apiClient) => (
            <ClientRow key={apiClient.id} apiClient={apiClient} />
          ))}
        </ListRows>
      ) : (
        <EmptyState
          title="No API client is connected"
          description="For programs that renew their access every ten minutes by themselves, as OAuth has it."
          action={<LinkButton href="/settings/api-keys/connect">Connect an API client</LinkButton>}
        />
      )}
      {ended.length > 0 ? (
        <EndedList summary={`${countOf(ended.length, "client")} no longer connected`}>
          {ended.map((apiClient) => (
            <ClientRow key={apiClient.id} apiClient={apiClient} />
          ))}
        </EndedList>
      ) : null}
    </>
  );
}

function ClientRow({ apiClient }: { apiClient: ApiClient }) {
  const disconnect = useDisconnectApiClient();
  const isActive = apiClient.state === "active";
  return (
    <CredentialRow
      credential={apiClient}
      icon={<Plug />}
      identifier={apiClient.id}
      revokedLabel="Disconnected"
      neverUsedLabel={isActive ? "Its first token was not exchanged yet" : "Never used"}
      actions={
        isActive ? (
          <EndButton
            verb="Disconnect"
            name={apiClient.name}
            description="All its tokens stop working at once. To use it again, connect it anew."
            confirmLabel="Disconnect client"
            isPending={disconnect.isPending}
            error={disconnect.error}
            onEnd={(onEnded) =>
              disconnect.mutate({ path: { api_client_id: apiClient.id } }, { onSuccess: () => onEnded() })
            }
          />
        ) : undefined
      }
    />
  );
}
