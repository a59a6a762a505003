"use client";

import { useDeferredValue } from "react";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { TableSkeleton } from "@/components/ui/skeleton";
import { customerSearchParams } from "@/lib/search-params/customers";
import { useSearchState } from "@/lib/search-params/use-search-state";
import { useCan } from "@/queries/session";

import { CustomersTable } from "./customers-table";
import { CustomersToolbar } from "./customers-toolbar";

export function CustomersPage() {
  const canWrite = useCan("customers:write");
  const { state, setState, hrefWith } = useSearchState(customerSearchParams);
  // Compared as text: the list on screen stays until the next one is here.
  const address = customerSearchParams.serialize(state);
  const deferredAddress = useDeferredValue(address);

  return (
    <>
      <PageHeader
        title="Customers"
        action={
          canWrite ? (
            <LinkButton href="/customers/new" variant="primary" aria-keyshortcuts="n">
              New customer
            </LinkButton>
          ) : undefined
        }
      />
      <CustomersToolbar state={state} setState={setState} hrefWith={hrefWith} />
      <div aria-busy={address !== deferredAddress}>
        <QueryBoundary skeleton={<TableSkeleton />} errorTitle="The customers could not be loaded">
          <CustomersTable
            filters={customerSearchParams.parse(new URLSearchParams(deferredAddress))}
            hrefWith={hrefWith}
            canWrite={canWrite}
          />
        </QueryBoundary>
      </div>
    </>
  );
}
