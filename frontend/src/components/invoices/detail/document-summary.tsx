import { Money } from "@/components/figures/money";
import { formatDecimal } from "@/lib/format";
import type { Invoice, InvoiceLine, Party } from "@/openapi/types.gen";

import { TotalsList } from "../totals-list";
import { unitNames } from "../words";

/** The document in short, where a sheet of A4 would be too small to read. */
export function DocumentSummary({ invoice }: { invoice: Invoice }) {
  return (
    <div className="rounded-sm border border-rule bg-raised px-4 py-5 text-sm shadow-low">
      <p className="font-semibold">{invoice.buyer.name}</p>
      <Address party={invoice.buyer} />
      {invoice.lines.length === 0 ? (
        <p className="mt-5 border-t border-rule pt-4 text-muted">No lines yet.</p>
      ) : (
        <ul className="mt-5 divide-y divide-rule border-t border-rule">
          {invoice.lines.map((line) => (
            <Line key={line.id} line={line} currency={invoice.currency} />
          ))}
        </ul>
      )}
      <TotalsList totals={invoice} className="border-t border-rule-strong pt-4" />
      {invoice.note ? (
        <p className="mt-5 wrap-anywhere whitespace-pre-line text-muted">{invoice.note}</p>
      ) : null}
    </div>
  );
}

function Address({ party }: { party: Party }) {
  const rows = [
    party.address_line_1,
    party.address_line_2,
    [party.postal_code, party.city].filter(Boolean).join(" "),
    party.country_code,
  ].filter(Boolean);
  return <p className="text-muted">{rows.join(", ")}</p>;
}

function Line({ line, currency }: { line: InvoiceLine; currency: string }) {
  return (
    <li className="grid grid-cols-[1fr_auto] gap-x-4 py-3">
      <span className="wrap-anywhere whitespace-pre-line">{line.description || "No description yet"}</span>
      <Money amount={line.net_amount} currency={currency} className="font-semibold" />
      <span className="text-muted figures">
        {formatDecimal(line.quantity)} {unitNames[line.unit_code]} × {line.unit_price}
      </span>
    </li>
  );
}
