"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { SecretOnce } from "@/components/ui/secret-once";
import { applyFieldErrors } from "@/lib/errors";
import { apiKeysOptions, useCreateApiKey } from "@/queries/api-clients";
import { useCurrentTeam } from "@/queries/session";

import { CredentialForm } from "./credential-form";
import { toApiKeyBody } from "./credential-values";

export function NewApiKey() {
  const router = useRouter();
  const team = useCurrentTeam();
  const { grantable_scopes: grantable } = useSuspenseQuery(apiKeysOptions()).data;
  const create = useCreateApiKey();

  if (create.data) {
    return (
      <div className="max-w-form">
        <SecretOnce
          title={`The key “${create.data.api_key.name}”`}
          description="Put it where the program keeps its secrets. This is the only time it is shown: Quittance keeps a fingerprint of it, nothing more."
          secrets={[create.data.key]}
          confirmLabel="I have stored the key"
          onDone={() => router.push("/settings/api-keys")}
        />
      </div>
    );
  }
  return (
    <>
      <p className="mb-8 max-w-prose text-sm text-muted">
        A key acts in your name in {team.name}. It may never do more than your role allows, and what it
        changes is noted as done by the key.
      </p>
      <CredentialForm
        label="New API key"
        namePlaceholder="Nightly export"
        grantable={grantable}
        hasLifetime
        submitLabel="Make key"
        isPending={create.isPending}
        onSubmit={(values, form) =>
          create.mutate({ body: toApiKeyBody(values) }, { onError: (error) => applyFieldErrors(form, error) })
        }
      />
    </>
  );
}
