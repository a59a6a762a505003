"use client";

import { useSuspenseInfiniteQuery } from "@tanstack/react-query";

import { Money } from "@/components/figures/money";
import { FormMessage } from "@/components/ui/form-message";
import { LoadMore } from "@/components/ui/load-more";
import { StatusBadge } from "@/components/ui/status-badge";
import {
  RowList,
  RowListItem,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeaderCell,
  TableRow,
} from "@/components/ui/table";
import { errorMessage } from "@/lib/errors";
import { invoiceSearchParser } from "@/lib/search-params/invoices";
import { useSearchState } from "@/lib/search-params/use-search-state";
import type { InvoiceSummary } from "@/openapi/types.gen";
import { invoicesOptions } from "@/queries/invoices";

import { columns, Due, NumberLink } from "./columns";
import { NoInvoices, NothingMatches } from "./empty";

export function InvoicesTable() {
  const { state } = useSearchState(invoiceSearchParser);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useSuspenseInfiniteQuery(
    invoicesOptions(state),
  );
  const invoices = data.pages.flatMap((page) => page.items);

  if (invoices.length === 0) {
    return state.search !== "" || state.status !== null ? <NothingMatches /> : <NoInvoices />;
  }
  return (
    <>
      <WideRows invoices={invoices} />
      <NarrowRows invoices={invoices} />
      <FormMessage message={errorMessage(error)} className="mt-4" />
      <LoadMore
        hasMore={hasNextPage}
        isPending={isFetchingNextPage}
        onLoadMore={() => void fetchNextPage()}
      />
    </>
  );
}

type RowsProps = { invoices: readonly InvoiceSummary[] };

function WideRows({ invoices }: RowsProps) {
  return (
    <Table className="hidden lg:table" aria-label="Invoices">
      <TableHead>
        <tr>
          {columns.map((column) => (
            <TableHeaderCell
              key={column.label}
              isFigure={column.isFigure ?? false}
              className={column.className}
            >
              {column.label}
            </TableHeaderCell>
          ))}
        </tr>
      </TableHead>
      <TableBody>
        {invoices.map((invoice) => (
          <TableRow key={invoice.id}>
            {columns.map((column) => (
              <TableCell key={column.label} isFigure={column.isFigure ?? false} className={column.className}>
                {column.cell(invoice)}
              </TableCell>
            ))}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

/** Who and how much on the first line, which and when on the second. */
function NarrowRows({ invoices }: RowsProps) {
  return (
    <RowList className="lg:hidden" aria-label="Invoices">
      {invoices.map((invoice) => (
        <RowListItem key={invoice.id}>
          <span className="truncate font-semibold">{invoice.customer_name}</span>
          <Money
            amount={invoice.gross_amount}
            currency={invoice.currency}
            className={
              invoice.status === "void" ? "text-right text-muted line-through *:inline-block" : "text-right"
            }
          />
          <span className="flex min-w-0 items-center gap-2 text-muted">
            <NumberLink invoice={invoice} />
            {invoice.due_date ? <Due invoice={invoice} /> : null}
          </span>
          <span className="text-right">
            <StatusBadge status={invoice.status} />
          </span>
        </RowListItem>
      ))}
    </RowList>
  );
}
