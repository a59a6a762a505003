"use client";

import { FilterLinks } from "@/components/ui/filter-links";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import type { CustomerSort } from "@/lib/search-params/customers";
import type { CustomerFilters } from "@/queries/customers";

const sortLabels: Record<CustomerSort, string> = {
  name: "Name, A to Z",
  "-name": "Name, Z to A",
  "-created_at": "Newest first",
  created_at: "Oldest first",
};

type Props = {
  state: CustomerFilters & { search: string };
  setState: (patch: { search?: string; sort?: CustomerSort }) => void;
  hrefWith: (patch: { state: "active" | "archived" }) => string;
};

export function CustomersToolbar({ state, setState, hrefWith }: Props) {
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
      <FilterLinks
        label="State"
        options={[
          { label: "Active", href: hrefWith({ state: "active" }), isCurrent: state.state === "active" },
          { label: "Archived", href: hrefWith({ state: "archived" }), isCurrent: state.state === "archived" },
        ]}
      />
      {/* The table's headings sort where there is a table. */}
      <Select
        aria-label="Sort"
        className="w-40 md:hidden"
        value={state.sort}
        onChange={(event) => setState({ sort: event.target.value as CustomerSort })}
      >
        {Object.entries(sortLabels).map(([sort, label]) => (
          <option key={sort} value={sort}>
            {label}
          </option>
        ))}
      </Select>
      <SearchInput
        label="Search customers"
        value={state.search}
        onChange={(search) => setState({ search })}
        className="w-full md:w-64"
      />
    </div>
  );
}
