import Link from "next/link";
import type { ReactNode } from "react";

import { DueText } from "@/components/figures/due-text";
import { Money } from "@/components/figures/money";
import { Section } from "@/components/ui/section";
import { RowLink } from "@/components/ui/table";
import { countOf } from "@/lib/format";
import type { InvoiceSummary } from "@/openapi/types.gen";

type Props = {
  /** The ones that have waited longest; there may be more than are shown. */
  overdue: readonly InvoiceSummary[];
  overdueCount: number;
  draftCount: number;
};

export function ToDo({ overdue, overdueCount, draftCount }: Props) {
  const more = overdueCount - overdue.length;
  return (
    <Section
      title="What to do now"
      aside={
        more > 0 ? (
          <Link
            href="/invoices?status=overdue"
            className="text-sm text-muted underline decoration-rule-strong underline-offset-4 hover:text-ink"
          >
            All {overdueCount} overdue
          </Link>
        ) : null
      }
    >
      {overdue.length === 0 && draftCount === 0 ? (
        <p className="py-2 text-sm text-muted">Nothing. No invoice is overdue and no draft is waiting.</p>
      ) : (
        <ul className="-mt-3 divide-y divide-rule border-b border-rule">
          {overdue.map((invoice) => (
            <OverdueRow key={invoice.id} invoice={invoice} />
          ))}
          {draftCount > 0 ? (
            <Row>
              <RowLink href="/invoices?status=draft">{countOf(draftCount, "draft")}</RowLink>
              <span className="col-start-1 text-muted md:col-span-3 md:col-start-2 md:text-right">
                Read through and issue
              </span>
            </Row>
          ) : null}
        </ul>
      )}
    </Section>
  );
}

/** On a phone who and how much, then which and how late; wider, one line in columns. */
function OverdueRow({ invoice }: { invoice: InvoiceSummary }) {
  return (
    <Row>
      <span className="min-w-0 truncate" title={invoice.customer_name}>
        <RowLink href={`/invoices/${invoice.id}`}>{invoice.customer_name}</RowLink>
      </span>
      <Money amount={invoice.amount_due} currency={invoice.currency} className="text-right md:order-last" />
      <span className="whitespace-nowrap text-muted figures">{invoice.number}</span>
      {invoice.due_date ? <DueText dueDate={invoice.due_date} className="text-right" /> : null}
    </Row>
  );
}

function Row({ children }: { children: ReactNode }) {
  return (
    <li className="group relative grid min-h-13 grid-cols-[minmax(0,1fr)_auto] content-center items-center gap-x-4 gap-y-0.5 py-2.5 text-sm hover:bg-sunken active:bg-sunken md:grid-cols-[minmax(0,1fr)_7rem_8rem_8rem]">
      {children}
    </li>
  );
}
