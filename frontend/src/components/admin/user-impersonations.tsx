"use client";

import { DateTimeText } from "@/components/figures/date-text";
import { Badge } from "@/components/ui/badge";
import { ListRow, ListRows } from "@/components/ui/list-row";
import { useNow } from "@/lib/use-now";
import type { AdminImpersonation } from "@/openapi/types.gen";

type Props = { impersonations: readonly AdminImpersonation[] };

export function UserImpersonations({ impersonations }: Props) {
  const now = useNow();
  if (impersonations.length === 0) return <p className="text-sm text-muted">Nobody has.</p>;
  return (
    <ListRows label="Impersonations">
      {impersonations.map((impersonation) => (
        <ListRow
          key={impersonation.id}
          title={impersonation.administrator_name}
          badge={
            !impersonation.ended_at && new Date(impersonation.expires_at) > now ? (
              <Badge tone="open">Now</Badge>
            ) : undefined
          }
          meta={
            <>
              <DateTimeText value={impersonation.started_at} />,{" "}
              {impersonation.is_read_only ? "only looking" : "could change things"}
              <span className="block">{impersonation.reason}</span>
            </>
          }
        />
      ))}
    </ListRows>
  );
}
