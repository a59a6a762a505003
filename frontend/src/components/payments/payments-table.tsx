"use client";

import { useSuspenseInfiniteQuery } from "@tanstack/react-query";

import { DateText } from "@/components/figures/date-text";
import { Money } from "@/components/figures/money";
import { paymentMethodNames } from "@/components/invoices/words";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { LoadMore } from "@/components/ui/load-more";
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
import type { Payment } from "@/openapi/types.gen";
import { paymentsOptions } from "@/queries/payments";

/** What came in, newest first. A reversed payment stays, struck through, with its reason. */
export function PaymentsTable() {
  const query = useSuspenseInfiniteQuery(paymentsOptions());
  const payments = query.data.pages.flatMap((page) => page.items);

  if (payments.length === 0) {
    return (
      <EmptyState
        title="No payments yet"
        description="When money arrives, open the invoice it is for and record it there. Every payment is then listed here."
        action={<LinkButton href="/invoices?status=open">See open invoices</LinkButton>}
      />
    );
  }
  return (
    <>
      <Table className="hidden md:table">
        <TableHead>
          <tr>
            <TableHeaderCell>Date</TableHeaderCell>
            <TableHeaderCell>Invoice</TableHeaderCell>
            <TableHeaderCell>Customer</TableHeaderCell>
            <TableHeaderCell>Method</TableHeaderCell>
            <TableHeaderCell isFigure>Amount</TableHeaderCell>
          </tr>
        </TableHead>
        <TableBody>
          {payments.map((payment) => (
            <TableRow key={payment.id}>
              <TableCell>
                <DateText value={payment.paid_on} />
              </TableCell>
              <TableCell>
                <InvoiceLink payment={payment} />
              </TableCell>
              <TableCell className="py-2">
                {payment.customer_name}
                <Reversal payment={payment} />
              </TableCell>
              <TableCell>{paymentMethodNames[payment.method]}</TableCell>
              <TableCell isFigure>
                <Amount payment={payment} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <RowList className="md:hidden">
        {payments.map((payment) => (
          <RowListItem key={payment.id}>
            <span className="min-w-0 truncate font-semibold">{payment.customer_name}</span>
            <Amount payment={payment} />
            <span className="text-muted">
              <InvoiceLink payment={payment} /> · {paymentMethodNames[payment.method]}
            </span>
            <span className="text-right text-muted">
              <DateText value={payment.paid_on} />
            </span>
            {payment.reversed_at ? (
              <span className="col-span-2">
                <Reversal payment={payment} />
              </span>
            ) : null}
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

type Props = { payment: Payment };

function InvoiceLink({ payment }: Props) {
  return (
    <RowLink href={`/invoices/${payment.invoice_id}`} className="figures">
      {payment.invoice_number}
    </RowLink>
  );
}

function Amount({ payment: { amount, currency, reversed_at } }: Props) {
  const money = <Money amount={amount} currency={currency} />;
  return reversed_at ? <s className="text-muted">{money}</s> : money;
}

function Reversal({ payment: { reversal_reason, reversed_at } }: Props) {
  if (!reversed_at) return null;
  return <span className="block text-muted">Reversed{reversal_reason ? `: ${reversal_reason}` : ""}</span>;
}
