"use client";

import { FilterLinks } from "@/components/ui/filter-links";
import { SearchInput } from "@/components/ui/search-input";
import { invoiceSearchParser, invoiceStatuses } from "@/lib/search-params/invoices";
import { useSearchState } from "@/lib/search-params/use-search-state";
import type { InvoiceStatus } from "@/openapi/types.gen";

const labels: Record<InvoiceStatus, string> = {
  draft: "Draft",
  open: "Open",
  partially_paid: "Partly paid",
  overdue: "Overdue",
  paid: "Paid",
  void: "Void",
};

export function InvoiceFilters() {
  const { state, setState, hrefWith } = useSearchState(invoiceSearchParser);
  const options = [
    { label: "All", href: hrefWith({ status: null }), isCurrent: state.status === null },
    ...invoiceStatuses.map((status) => ({
      label: labels[status],
      href: hrefWith({ status }),
      isCurrent: state.status === status,
    })),
  ];
  return (
    <div className="mb-4 flex flex-col gap-3 lg:flex-row lg:items-center lg:justify-between">
      <FilterLinks label="Status" options={options} />
      <SearchInput
        label="Search number or customer"
        value={state.search}
        onChange={(search) => setState({ search })}
        className="lg:w-72"
      />
    </div>
  );
}
