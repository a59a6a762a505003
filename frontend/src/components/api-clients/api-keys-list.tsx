"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";

import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { ListRows } from "@/components/ui/list-row";
import { countOf } from "@/lib/format";
import type { ApiKey } from "@/openapi/types.gen";
import { apiKeysOptions, useRevokeApiKey } from "@/queries/api-clients";

import { CredentialRow } from "./credential-row";
import { EndButton } from "./end-button";
import { EndedList } from "./ended-list";

export function ApiKeysList() {
  const { items } = useSuspenseQuery(apiKeysOptions()).data;
  const active = items.filter(({ state }) => state === "active");
  const ended = items.filter(({ state }) => state !== "active");

  return (
    <>
      {active.length > 0 ? (
        <ListRows label="API keys">
          {active.map((apiKey) => (
            <KeyRow key={apiKey.id} apiKey={apiKey} />
          ))}
        </ListRows>
      ) : (
        <EmptyState
          title={ended.length > 0 ? "No API key works" : "No API keys yet"}
          description="With a key, a script or another program works with your invoices, as far as you allow it."
          action={<LinkButton href="/settings/api-keys/new">Make an API key</LinkButton>}
        />
      )}
      {ended.length > 0 ? (
        <EndedList summary={`${countOf(ended.length, "key")} no longer in use`}>
          {ended.map((apiKey) => (
            <KeyRow key={apiKey.id} apiKey={apiKey} />
          ))}
        </EndedList>
      ) : null}
    </>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const revoke = useRevokeApiKey();
  return (
    <CredentialRow
      credential={apiKey}
      icon={<KeyRound />}
      identifier={`${apiKey.prefix}…`}
      revokedLabel="Revoked"
      neverUsedLabel="Never used"
      actions={
        apiKey.state === "active" ? (
          <EndButton
            verb="Revoke"
            name={apiKey.name}
            description="Whatever uses it stops working at once. A revoked key can't be brought back."
            confirmLabel="Revoke key"
            isPending={revoke.isPending}
            error={revoke.error}
            onEnd={(onEnded) =>
              revoke.mutate({ path: { api_key_id: apiKey.id } }, { onSuccess: () => onEnded() })
            }
          />
        ) : undefined
      }
    />
  );
}
