import type { ReactNode } from "react";

import { DateText } from "@/components/figures/date-text";
import { DueText } from "@/components/figures/due-text";
import { Money } from "@/components/figures/money";
import { cn } from "@/components/ui/cn";
import { StatusBadge } from "@/components/ui/status-badge";
import { RowLink } from "@/components/ui/table";
import type { InvoiceStatus, InvoiceSummary } from "@/openapi/types.gen";

export type Column = {
  label: string;
  isFigure?: boolean;
  className?: string;
  cell: (invoice: InvoiceSummary) => ReactNode;
};

const awaitsMoney: readonly InvoiceStatus[] = ["open", "partially_paid", "overdue"];

function Nothing() {
  return <span className="text-muted">–</span>;
}

export function NumberLink({ invoice }: { invoice: InvoiceSummary }) {
  return (
    <RowLink
      href={`/invoices/${invoice.id}`}
      className={cn("whitespace-nowrap figures", invoice.status === "void" && "line-through")}
    >
      {invoice.number ?? "Draft"}
    </RowLink>
  );
}

/** While money is awaited, how long still; afterwards the day. */
export function Due({ invoice }: { invoice: InvoiceSummary }) {
  if (!invoice.due_date) return <Nothing />;
  if (awaitsMoney.includes(invoice.status)) return <DueText dueDate={invoice.due_date} />;
  return <DateText value={invoice.due_date} className="text-muted" />;
}

export const columns: readonly Column[] = [
  { label: "Number", cell: (invoice) => <NumberLink invoice={invoice} /> },
  {
    label: "Customer",
    className: "w-full max-w-0 truncate",
    cell: (invoice) => <span title={invoice.customer_name}>{invoice.customer_name}</span>,
  },
  { label: "Status", cell: (invoice) => <StatusBadge status={invoice.status} /> },
  {
    label: "Issued",
    className: "hidden xl:table-cell",
    cell: (invoice) => (invoice.issue_date ? <DateText value={invoice.issue_date} /> : <Nothing />),
  },
  { label: "Due", cell: (invoice) => <Due invoice={invoice} /> },
  {
    label: "Amount",
    isFigure: true,
    cell: (invoice) => (
      <Money
        amount={invoice.gross_amount}
        currency={invoice.currency}
        className={invoice.status === "void" ? "text-muted line-through *:inline-block" : "text-muted"}
      />
    ),
  },
  {
    label: "Amount due",
    isFigure: true,
    cell: (invoice) =>
      awaitsMoney.includes(invoice.status) ? (
        <Money amount={invoice.amount_due} currency={invoice.currency} className="font-semibold" />
      ) : (
        <Nothing />
      ),
  },
];
