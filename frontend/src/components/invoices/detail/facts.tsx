import Link from "next/link";
import type { ReactNode } from "react";

import { DateText } from "@/components/figures/date-text";
import { countOf } from "@/lib/format";
import type { Invoice } from "@/openapi/types.gen";

/** What one looks up: for whom, from when, under which reference. */
export function Facts({ invoice }: { invoice: Invoice }) {
  const facts: { label: string; value: ReactNode }[] = [
    {
      label: "Customer",
      value: (
        <Link
          href={`/customers/${invoice.customer_id}`}
          className="font-medium underline-offset-2 hover:underline"
        >
          {invoice.buyer.name}
        </Link>
      ),
    },
    { label: "Issued", value: invoice.issue_date ? <DateText value={invoice.issue_date} /> : null },
    {
      label: "Due",
      value: invoice.due_date ? (
        <DateText value={invoice.due_date} />
      ) : (
        `${countOf(invoice.payment_terms_days, "day")} after issue`
      ),
    },
    { label: "Buyer reference", value: invoice.buyer_reference },
    { label: "Purchase order", value: invoice.purchase_order_reference },
  ];
  return (
    <dl className="space-y-1.5 text-sm">
      {facts
        .filter((fact) => Boolean(fact.value))
        .map(({ label, value }) => (
          <div key={label} className="flex justify-between gap-6">
            <dt className="shrink-0 text-muted">{label}</dt>
            <dd className="min-w-0 text-right wrap-anywhere">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
