"use client";

import { useSuspenseInfiniteQuery } from "@tanstack/react-query";

import { DateText } from "@/components/figures/date-text";
import { DueText } from "@/components/figures/due-text";
import { Money } from "@/components/figures/money";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { LoadMore } from "@/components/ui/load-more";
import { StatusBadge } from "@/components/ui/status-badge";
import {
  RowLink,
  RowList,
  RowListItem,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeaderCell,
  TableRow,
} from "@/components/ui/table";
import type { InvoiceSummary } from "@/openapi/types.gen";
import { customerInvoicesOptions } from "@/queries/customers";

type Props = {
  customerId: string;
  /** Null where no invoice can be written: an archived customer, a role that only reads. */
  newInvoiceHref: string | null;
};

export function CustomerInvoices({ customerId, newInvoiceHref }: Props) {
  const query = useSuspenseInfiniteQuery(customerInvoicesOptions(customerId));
  const invoices = query.data.pages.flatMap((page) => page.items);

  if (invoices.length === 0) {
    return (
      <EmptyState
        title="Nothing invoiced yet"
        description="Invoices to this customer are listed here, with what is still due."
        action={newInvoiceHref ? <LinkButton href={newInvoiceHref}>Write an invoice</LinkButton> : undefined}
      />
    );
  }
  return (
    <>
      <Table className="hidden md:table">
        <TableHead>
          <tr>
            <TableHeaderCell>Number</TableHeaderCell>
            <TableHeaderCell>State</TableHeaderCell>
            <TableHeaderCell>Issued</TableHeaderCell>
            <TableHeaderCell>Due</TableHeaderCell>
            <TableHeaderCell isFigure>Amount</TableHeaderCell>
          </tr>
        </TableHead>
        <TableBody>
          {invoices.map((invoice) => (
            <TableRow key={invoice.id}>
              <TableCell>
                <InvoiceLink invoice={invoice} />
              </TableCell>
              <TableCell>
                <StatusBadge status={invoice.status} />
              </TableCell>
              <TableCell>{invoice.issue_date ? <DateText value={invoice.issue_date} /> : null}</TableCell>
              <TableCell>
                <Due invoice={invoice} />
              </TableCell>
              <TableCell isFigure>
                <Gross invoice={invoice} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <RowList className="md:hidden">
        {invoices.map((invoice) => (
          <RowListItem key={invoice.id}>
            <InvoiceLink invoice={invoice} />
            <Gross invoice={invoice} />
            <span className="text-muted">
              <Due invoice={invoice} />
            </span>
            <span className="justify-self-end">
              <StatusBadge status={invoice.status} />
            </span>
          </RowListItem>
        ))}
      </RowList>
      <LoadMore
        hasMore={query.hasNextPage}
        isPending={query.isFetchingNextPage}
        onLoadMore={() => void query.fetchNextPage()}
      />
    </>
  );
}

function InvoiceLink({ invoice }: { invoice: InvoiceSummary }) {
  return (
    <RowLink href={`/invoices/${invoice.id}`} className="figures">
      {invoice.number ?? "Draft"}
    </RowLink>
  );
}

function Gross({ invoice }: { invoice: InvoiceSummary }) {
  return (
    <Money
      amount={invoice.gross_amount}
      currency={invoice.currency}
      className={invoice.status === "void" ? "text-muted line-through" : ""}
    />
  );
}

/** "3 days overdue" matters while money is awaited; after that the date is enough. */
function Due({ invoice }: { invoice: InvoiceSummary }) {
  if (invoice.due_date === null) return null;
  const isAwaited = ["open", "partially_paid", "overdue"].includes(invoice.status);
  return isAwaited ? <DueText dueDate={invoice.due_date} /> : <DateText value={invoice.due_date} />;
}
