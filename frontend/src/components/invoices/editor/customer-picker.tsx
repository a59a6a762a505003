"use client";

import { useQuery } from "@tanstack/react-query";
import { useState, type Ref } from "react";

import { Combobox } from "@/components/ui/combobox";
import type { ControlProps } from "@/components/ui/field";
import { errorMessage } from "@/lib/errors";
import type { Customer } from "@/openapi/types.gen";
import { customerChoicesOptions } from "@/queries/invoices";
import { useCan } from "@/queries/session";

import { useSettled } from "../use-settled";

const SETTLE_MS = 200;

type Props = {
  control: ControlProps;
  value: { id: string; name: string } | null;
  onChange: (customer: Customer | null) => void;
  onBlur: () => void;
  inputRef: Ref<HTMLInputElement>;
};

export function CustomerPicker({ control, value, onChange, onBlur, inputRef }: Props) {
  const [search, setSearch] = useState("");
  const canAddCustomers = useCan("customers:write");
  const choices = useQuery(customerChoicesOptions(useSettled(search.trim(), SETTLE_MS)));
  const customers = choices.data?.items ?? [];

  const status = () => {
    if (choices.error) return errorMessage(choices.error);
    if (choices.isPending) return "Looking…";
    if (customers.length > 0) return null;
    return search.trim() === "" ? "No customers yet." : `No customer matches “${search.trim()}”.`;
  };

  return (
    <Combobox
      {...control}
      inputRef={inputRef}
      onBlur={onBlur}
      value={value ? { id: value.id, label: value.name } : null}
      onChange={(item) => onChange(customers.find(({ id }) => id === item?.id) ?? null)}
      items={customers.map(({ id, name, city }) => ({ id, label: name, detail: city }))}
      onSearchChange={setSearch}
      placeholder="Type a name"
      status={status()}
      footer={
        canAddCustomers ? (
          // In a tab of its own, so that what is written here stays.
          <a
            href="/customers/new"
            target="_blank"
            rel="noreferrer"
            className="flex h-10 items-center rounded-sm px-3 font-medium text-accent-ink hover:bg-sunken"
          >
            New customer
            <span className="ml-1 font-normal text-muted">in a new tab</span>
          </a>
        ) : null
      }
    />
  );
}
