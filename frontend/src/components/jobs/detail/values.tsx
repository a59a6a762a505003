import { Mono } from "./mono";

type Props = { values: unknown; emptyWords: string };

/** What a task was given, or gave back, as it is written in JSON. */
export function Values({ values, emptyWords }: Props) {
  if (isRecord(values)) {
    const entries = Object.entries(values);
    if (entries.length === 0) return <p className="text-sm text-muted">{emptyWords}</p>;
    return (
      <dl className="divide-y divide-rule border-b border-rule text-sm">
        {entries.map(([name, value]) => (
          <div key={name} className="grid gap-x-4 py-2 sm:grid-cols-[12rem_minmax(0,1fr)]">
            <dt className="font-mono text-xs leading-5 wrap-anywhere text-muted">{name}</dt>
            <dd className="font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
              {typeof value === "string" ? value : JSON.stringify(value, null, 2)}
            </dd>
          </div>
        ))}
      </dl>
    );
  }
  return <Mono label="Value">{JSON.stringify(values, null, 2)}</Mono>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
