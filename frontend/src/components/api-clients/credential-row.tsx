import type { ReactNode } from "react";

import { DateTimeText } from "@/components/figures/date-text";
import { TimeAgo } from "@/components/figures/time-ago";
import { Badge } from "@/components/ui/badge";
import { ListRow } from "@/components/ui/list-row";
import type { ApiClient, ApiKey } from "@/openapi/types.gen";

import { describeScopes } from "./scopes";

type Props = {
  credential: ApiKey | ApiClient;
  icon: ReactNode;
  /** How it is recognised elsewhere: in a log, in a scanner's finding. */
  identifier: string;
  /** "Revoked" or "Disconnected". */
  revokedLabel: string;
  neverUsedLabel: string;
  actions?: ReactNode;
};

export function CredentialRow({
  credential,
  icon,
  identifier,
  revokedLabel,
  neverUsedLabel,
  actions,
}: Props) {
  const { name, scopes, state } = credential;
  return (
    <ListRow
      icon={icon}
      title={name}
      badge={<StateBadge state={state} revokedLabel={revokedLabel} />}
      meta={
        <>
          <p translate="no" className="font-mono text-xs leading-6">
            {identifier}
          </p>
          <p>{describeScopes(scopes) || "Nothing any more"}</p>
          <p className="flex flex-wrap gap-x-4">
            <span>
              Made by {credential.created_by_name}, <TimeAgo value={credential.created_at} />
            </span>
            <EndText credential={credential} revokedLabel={revokedLabel} />
            <span>
              {credential.last_used_at ? (
                <>
                  Last used <TimeAgo value={credential.last_used_at} />
                </>
              ) : (
                neverUsedLabel
              )}
            </span>
          </p>
        </>
      }
      actions={actions}
    />
  );
}

type StateProps = { state: ApiKey["state"]; revokedLabel: string };

function StateBadge({ state, revokedLabel }: StateProps) {
  if (state === "active") return <Badge tone="paid">Active</Badge>;
  return <Badge>{state === "expired" ? "Expired" : revokedLabel}</Badge>;
}

function EndText({ credential, revokedLabel }: { credential: ApiKey | ApiClient; revokedLabel: string }) {
  const { expires_at: expiresAt, revoked_at: revokedAt, state } = credential;
  if (revokedAt) {
    return (
      <span>
        {revokedLabel} <TimeAgo value={revokedAt} />
      </span>
    );
  }
  if (!expiresAt) return <span>Never expires</span>;
  return (
    <span>
      {state === "expired" ? "Expired" : "Expires"} <DateTimeText value={expiresAt} />
    </span>
  );
}
