"use client";

import { useSuspenseQuery } from "@tanstack/react-query";

import { Money } from "@/components/figures/money";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { countOf } from "@/lib/format";
import { dashboardOptions } from "@/queries/dashboard";

/** What is owed to me, and what is late: per currency, never added up across them. */
export function DashboardTotals() {
  const { data } = useSuspenseQuery(dashboardOptions());

  if (data.totals.length === 0) {
    return (
      <EmptyState
        title="No invoices yet"
        description="Add a customer, write what you did, and issue it. The figures start here."
        action={
          <LinkButton href="/invoices/new" variant="primary">
            Write the first invoice
          </LinkButton>
        }
      />
    );
  }
  return data.totals.map((total) => (
    <dl key={total.currency} className="grid gap-6 border-y border-rule-strong py-6 sm:grid-cols-3">
      <Figure
        label="Outstanding"
        amount={total.outstanding_amount}
        currency={total.currency}
        note={countOf(total.outstanding_count, "invoice")}
      />
      <Figure
        label="Overdue"
        amount={total.overdue_amount}
        currency={total.currency}
        note={countOf(total.overdue_count, "invoice")}
        isLate={total.overdue_count > 0}
      />
      <Figure
        label="Paid this month"
        amount={total.paid_this_month_amount}
        currency={total.currency}
        note={countOf(total.draft_count, "draft")}
      />
    </dl>
  ));
}

type FigureProps = { label: string; amount: string; currency: string; note: string; isLate?: boolean };

function Figure({ label, amount, currency, note, isLate = false }: FigureProps) {
  return (
    <div>
      <dt className="text-sm text-muted">{label}</dt>
      <dd>
        <Money amount={amount} currency={currency} size="headline" className={isLate ? "text-overdue" : ""} />
        <div className="text-sm text-muted figures">{note}</div>
      </dd>
    </div>
  );
}
