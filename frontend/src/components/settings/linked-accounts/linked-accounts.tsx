"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { FormMessage } from "@/components/ui/form-message";
import { ListRows } from "@/components/ui/list-row";
import { Section } from "@/components/ui/section";
import { errorMessage } from "@/lib/errors";
import type { LinkedAccount } from "@/openapi/types.gen";
import { useSignInProviders } from "@/queries/app-info";
import { linkedAccountsOptions, useBeginLinking } from "@/queries/federation";

import { LinkedAccountRow } from "./linked-account-row";
import { UnlinkDialog } from "./unlink-dialog";

/** Not there at all where this installation has no provider and nothing was linked while it had one. */
export function LinkedAccounts() {
  const { data: accounts } = useSuspenseQuery(linkedAccountsOptions());
  const providers = useSignInProviders() ?? [];
  const begin = useBeginLinking();
  const [unlinking, setUnlinking] = useState<LinkedAccount | null>(null);
  // One account of each provider.
  const open = providers.filter(({ id }) => accounts.every((account) => account.provider_id !== id));

  if (providers.length === 0 && accounts.length === 0) return null;
  return (
    <Section
      title="Linked accounts"
      description="Accounts elsewhere that open this one, so that you need no password here."
      className="max-w-form"
    >
      {accounts.length === 0 ? (
        <p className="text-sm text-muted">No account elsewhere opens yours yet.</p>
      ) : (
        <ListRows label="Linked accounts">
          {accounts.map((account) => (
            <LinkedAccountRow key={account.id} account={account} onUnlink={() => setUnlinking(account)} />
          ))}
        </ListRows>
      )}
      <FormMessage message={errorMessage(begin.error)} className="mt-4" />
      {open.length > 0 ? (
        <div className="mt-4 flex flex-wrap gap-2">
          {open.map(({ id, name }) => (
            <Button
              key={id}
              size="sm"
              isPending={(begin.isPending || begin.isSuccess) && begin.variables.path.provider === id}
              onClick={() =>
                begin.mutate({ path: { provider: id }, body: { next_path: window.location.pathname } })
              }
            >
              Link {name}
            </Button>
          ))}
        </div>
      ) : null}
      <UnlinkDialog account={unlinking} onClose={() => setUnlinking(null)} />
    </Section>
  );
}
