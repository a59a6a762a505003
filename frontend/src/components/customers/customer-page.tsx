"use client";

import { useSuspenseQuery } from "@tanstack/react-query";

import { DateTimeText } from "@/components/figures/date-text";
import { QueryBoundary } from "@/components/layout/query-boundary";
import { Badge } from "@/components/ui/badge";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { TableSkeleton } from "@/components/ui/skeleton";
import { usePathId } from "@/lib/use-path-id";
import { customerOptions } from "@/queries/customers";
import { useCan } from "@/queries/session";

import { ArchiveCustomer } from "./archive-customer";
import { CustomerDetails } from "./customer-details";
import { CustomerInvoices } from "./customer-invoices";

export function CustomerPage() {
  const id = usePathId("customers");
  const { data: customer } = useSuspenseQuery(customerOptions(id));
  const canWrite = useCan("customers:write");
  const canInvoice = useCan("invoices:write") && customer.archived_at === null;
  const newInvoiceHref = `/invoices/new?customer=${id}`;

  return (
    <>
      <PageHeader
        title={customer.name}
        back={{ href: "/customers", label: "Customers" }}
        description={
          customer.archived_at ? (
            <span className="flex flex-wrap items-center gap-2">
              <Badge>Archived</Badge>
              <span>
                since <DateTimeText value={customer.archived_at} />. Restore it to invoice it again.
              </span>
            </span>
          ) : undefined
        }
        secondary={
          canWrite ? (
            <>
              <ArchiveCustomer customer={customer} />
              <LinkButton href={`/customers/${id}/edit`}>Edit</LinkButton>
            </>
          ) : undefined
        }
        action={
          canInvoice ? (
            <LinkButton href={newInvoiceHref} variant="primary">
              New invoice
            </LinkButton>
          ) : undefined
        }
      />
      <div className="grid gap-10 lg:grid-cols-3">
        <Section title="Invoices" className="lg:col-span-2">
          <QueryBoundary skeleton={<TableSkeleton rows={4} />} errorTitle="The invoices could not be loaded">
            <CustomerInvoices customerId={id} newInvoiceHref={canInvoice ? newInvoiceHref : null} />
          </QueryBoundary>
        </Section>
        <Section title="Details">
          <CustomerDetails customer={customer} />
        </Section>
      </div>
    </>
  );
}
