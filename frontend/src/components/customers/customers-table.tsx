"use client";

import { useSuspenseInfiniteQuery } from "@tanstack/react-query";

import { DateText } from "@/components/figures/date-text";
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
import { localIsoDate } from "@/lib/format";
import type { CustomerSort } from "@/lib/search-params/customers";
import type { Customer } from "@/openapi/types.gen";
import { customersOptions, type CustomerFilters } from "@/queries/customers";

import { CustomersEmpty } from "./customers-empty";
import { placeOf } from "./place";
import { SortHeader } from "./sort-header";

type Props = {
  filters: CustomerFilters;
  hrefWith: (patch: { sort: CustomerSort }) => string;
  canWrite: boolean;
};

export function CustomersTable({ filters, hrefWith, canWrite }: Props) {
  const query = useSuspenseInfiniteQuery(customersOptions(filters));
  const customers = query.data.pages.flatMap((page) => page.items);
  if (customers.length === 0) return <CustomersEmpty filters={filters} canWrite={canWrite} />;

  return (
    <>
      <Table className="hidden md:table">
        <TableHead>
          <tr>
            <SortHeader label="Name" column="name" first="name" sort={filters.sort} hrefWith={hrefWith} />
            <TableHeaderCell>E-mail</TableHeaderCell>
            <TableHeaderCell>Place</TableHeaderCell>
            <SortHeader
              label="Since"
              column="created_at"
              first="-created_at"
              sort={filters.sort}
              hrefWith={hrefWith}
              isFigure
            />
          </tr>
        </TableHead>
        <TableBody>
          {customers.map((customer) => (
            <TableRow key={customer.id}>
              <TableCell className="py-2">
                <CustomerLink customer={customer} />
                {customer.contact_name ? <div className="text-muted">{customer.contact_name}</div> : null}
              </TableCell>
              <TableCell className="break-all">{customer.email}</TableCell>
              <TableCell>{placeOf(customer)}</TableCell>
              <TableCell isFigure>
                <Since customer={customer} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <RowList className="md:hidden">
        {customers.map((customer) => (
          <RowListItem key={customer.id}>
            <CustomerLink customer={customer} className="min-w-0 truncate" />
            <span className="text-muted">
              <Since customer={customer} />
            </span>
            <span className="min-w-0 truncate text-muted">{customer.contact_name || customer.email}</span>
            <span className="text-right text-muted">{customer.city}</span>
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

type CustomerLinkProps = { customer: Customer; className?: string };

function CustomerLink({ customer, className }: CustomerLinkProps) {
  return (
    <RowLink href={`/customers/${customer.id}`} {...(className ? { className } : {})}>
      {customer.name}
    </RowLink>
  );
}

function Since({ customer }: { customer: Customer }) {
  return <DateText value={localIsoDate(new Date(customer.created_at))} />;
}
