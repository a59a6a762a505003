import Link from "next/link";
import type { ReactNode } from "react";

import { Money } from "@/components/figures/money";
import { cn } from "@/components/ui/cn";
import { countOf, formatMoney } from "@/lib/format";
import type { CurrencyTotals } from "@/openapi/types.gen";

type Props = { totals: readonly CurrencyTotals[]; draftCount: number };

/** The team's main currency at the size of an answer, the others in a line each: never added up across them. */
export function DashboardTotals({ totals, draftCount }: Props) {
  const [main, ...others] = totals;
  if (!main) return null;
  const { currency } = main;
  const quiet = others.filter(hasSomethingToTell);

  return (
    <div className="border-t border-rule-strong py-5 double-rule-b">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 lg:grid-cols-[minmax(0,2fr)_repeat(2,minmax(0,1fr))_8rem] lg:gap-x-8">
        <Figure
          label="Outstanding"
          className="col-span-2 lg:col-span-1"
          note={
            main.outstanding_count > 0 ? `on ${countOf(main.outstanding_count, "invoice")}` : "All is paid"
          }
        >
          <Money amount={main.outstanding_amount} currency={currency} size="hero" />
        </Figure>
        <Figure
          label="Overdue"
          className="lg:border-l lg:border-rule lg:pl-8"
          note={
            main.overdue_count > 0 ? (
              <QuietLink href="/invoices?status=overdue">{countOf(main.overdue_count, "invoice")}</QuietLink>
            ) : (
              "Nothing is late"
            )
          }
        >
          <Money
            amount={main.overdue_amount}
            currency={currency}
            size="headline"
            className={main.overdue_count > 0 ? "text-overdue" : ""}
          />
        </Figure>
        <Figure
          label="Paid this month"
          className="lg:border-l lg:border-rule lg:pl-8"
          note={<QuietLink href="/payments">Payments</QuietLink>}
        >
          <Money amount={main.paid_this_month_amount} currency={currency} size="headline" />
        </Figure>
        <Figure
          label="Drafts"
          className="hidden lg:flex lg:border-l lg:border-rule lg:pl-8"
          note={
            draftCount > 0 ? (
              <QuietLink href="/invoices?status=draft">To be issued</QuietLink>
            ) : (
              "None waiting"
            )
          }
        >
          <span className="text-xl font-semibold tracking-tight figures">{draftCount}</span>
        </Figure>
      </dl>
      {quiet.length > 0 ? (
        <ul className="mt-4 space-y-1 text-sm text-muted figures">
          {quiet.map((total) => (
            <li key={total.currency}>{otherCurrency(total)}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

type FigureProps = { label: string; note: ReactNode; className?: string; children: ReactNode };

function Figure({ label, note, className, children }: FigureProps) {
  return (
    <div className={cn("flex min-w-0 flex-col", className)}>
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="flex flex-1 flex-col justify-end">
        {children}
        <span className="text-sm text-muted figures">{note}</span>
      </dd>
    </div>
  );
}

function QuietLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="underline decoration-rule-strong underline-offset-4 hover:text-ink">
      {children}
    </Link>
  );
}

function hasSomethingToTell(total: CurrencyTotals): boolean {
  return total.outstanding_count > 0 || /[1-9]/.test(total.paid_this_month_amount);
}

function otherCurrency(total: CurrencyTotals): string {
  const parts = [`${formatMoney(total.outstanding_amount, total.currency)} outstanding`];
  if (total.overdue_count > 0)
    parts.push(`${formatMoney(total.overdue_amount, total.currency)} of it overdue`);
  parts.push(`${formatMoney(total.paid_this_month_amount, total.currency)} paid this month`);
  return `Also ${parts.join(", ")}`;
}
