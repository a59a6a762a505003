import { EntryDetails, type HrefWith } from "./entry-details";
import { keyOf, type EntryGroup } from "./groups";
import { changeWords, targetOf } from "./words";

type Props = { group: EntryGroup; hrefWith: HrefWith };

/** A single entry lies open; of several, each opens by itself. */
export function GroupDetails({ group: { entries }, hrefWith }: Props) {
  const [only, ...others] = entries;
  if (only && others.length === 0) return <EntryDetails entry={only} hrefWith={hrefWith} />;
  return (
    <ul className="divide-y divide-rule border-l-2 border-rule-strong pl-4 text-sm">
      {entries.map((entry) => (
        <li key={keyOf(entry)}>
          <details>
            <summary className="cursor-pointer py-2 wrap-anywhere">
              {targetOf(entry)} <span className="text-muted">· {changeWords[entry.change]}</span>
            </summary>
            <div className="pb-4">
              <EntryDetails entry={entry} hrefWith={hrefWith} />
            </div>
          </details>
        </li>
      ))}
    </ul>
  );
}
