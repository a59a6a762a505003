import Link from "next/link";

import { Detail, DetailList } from "@/components/ui/detail-list";
import type { AuditListState } from "@/lib/search-params/audit";
import type { AuditEntry } from "@/openapi/types.gen";

import { FieldChanges } from "./field-changes";
import { credentialOf } from "./words";

export type HrefWith = (patch: Partial<AuditListState>) => string;

type Props = { entry: AuditEntry; hrefWith: HrefWith };

export function EntryDetails({ entry, hrefWith }: Props) {
  return (
    <div className="space-y-4 border-l-2 border-rule-strong pl-4 text-sm">
      {entry.are_fields_hidden ? (
        <p className="text-muted">
          What a team works on is its own: the administration sees that it changed.
        </p>
      ) : entry.fields.length > 0 ? (
        <FieldChanges fields={entry.fields} />
      ) : (
        <p className="text-muted">No field changed that the log keeps.</p>
      )}
      <DetailList className="grid space-y-0 gap-x-6 gap-y-3 sm:grid-cols-3">
        <Detail label="Sent">{credentialOf(entry)}</Detail>
        <Detail label="From address">{entry.ip_address}</Detail>
        <Detail label="Entry">
          <span className="figures">No. {entry.sequence}</span>
        </Detail>
        <Detail label="Request">
          {entry.request_id ? <span className="font-mono text-xs">{entry.request_id}</span> : null}
        </Detail>
      </DetailList>
      <p className="flex flex-wrap gap-x-4 gap-y-1">
        <Link className="underline" href={hrefWith({ target: entry.target_id })}>
          Everything about this
        </Link>
        {entry.actor_id ? (
          <Link className="underline" href={hrefWith({ actor: entry.actor_id })}>
            Everything by {entry.actor_name ?? "this account"}
          </Link>
        ) : null}
      </p>
    </div>
  );
}
