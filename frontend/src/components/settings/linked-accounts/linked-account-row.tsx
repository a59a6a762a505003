import { Link2 } from "lucide-react";

import { DateTimeText } from "@/components/figures/date-text";
import { TimeAgo } from "@/components/figures/time-ago";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ListRow } from "@/components/ui/list-row";
import type { LinkedAccount } from "@/openapi/types.gen";

type Props = { account: LinkedAccount; onUnlink: () => void };

export function LinkedAccountRow({ account, onUnlink }: Props) {
  const { provider_id, provider_name: provider, label, is_only_way_in: isOnlyWayIn } = account;
  return (
    <ListRow
      icon={<Link2 />}
      title={provider}
      badge={isOnlyWayIn ? <Badge>Only way in</Badge> : null}
      meta={
        <>
          <p>{label}</p>
          <p>
            Linked <DateTimeText value={account.created_at} />
            {account.last_used_at ? (
              <>
                , last used <TimeAgo value={account.last_used_at} />
              </>
            ) : (
              ", not used yet"
            )}
          </p>
          {provider_id === null ? <p>This installation no longer offers it, so it opens nothing.</p> : null}
          {isOnlyWayIn ? (
            <p>To unlink it, first set a password, add a passkey or link another account.</p>
          ) : null}
        </>
      }
      actions={
        isOnlyWayIn ? null : (
          <Button size="sm" aria-label={`Unlink ${provider}`} onClick={onUnlink}>
            Unlink
          </Button>
        )
      }
    />
  );
}
