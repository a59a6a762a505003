import { DateText, DateTimeText } from "@/components/figures/date-text";
import { Table, TableBody, TableHead, TableHeaderCell } from "@/components/ui/table";
import type { FieldChange } from "@/openapi/types.gen";

import { humanise } from "./words";

/** How the log writes a secret that it does not keep. */
const MASK = "•••";
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** The difference, field by field, as it was and as it became. */
export function FieldChanges({ fields }: { fields: readonly FieldChange[] }) {
  return (
    <Table>
      <TableHead>
        <tr>
          <TableHeaderCell className="w-1/3">Field</TableHeaderCell>
          <TableHeaderCell className="w-1/3">Before</TableHeaderCell>
          <TableHeaderCell className="w-1/3">After</TableHeaderCell>
        </tr>
      </TableHead>
      <TableBody>
        {fields.map(({ field, before, after }) => (
          <tr key={field}>
            <th scope="row" className="py-2 pr-3 text-left align-top font-medium wrap-anywhere">
              {humanise(field)}
            </th>
            <td className="px-3 py-2 align-top wrap-anywhere text-muted">
              <Value value={before} />
            </td>
            <td className="py-2 pl-3 align-top wrap-anywhere">
              <Value value={after} />
            </td>
          </tr>
        ))}
      </TableBody>
    </Table>
  );
}

function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined || value === "") {
    return (
      <>
        <span aria-hidden>—</span>
        <span className="sr-only">nothing</span>
      </>
    );
  }
  if (value === MASK) return "a secret, not kept here";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return <span className="figures">{value}</span>;
  if (typeof value !== "string") return <code className="font-mono text-xs">{JSON.stringify(value)}</code>;
  if (DAY.test(value)) return <DateText value={value} />;
  if (MOMENT.test(value) && !Number.isNaN(Date.parse(value))) return <DateTimeText value={value} />;
  return value;
}
