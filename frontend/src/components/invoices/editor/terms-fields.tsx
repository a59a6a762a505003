"use client";

import { useState } from "react";
import { Controller, type UseFormReturn } from "react-hook-form";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { Customer, Team } from "@/openapi/types.gen";

import { CurrencySelect } from "../currency-select";
import { CustomerPicker } from "./customer-picker";
import { customerDefaults, type EditorValues } from "./values";

type Props = {
  form: UseFormReturn<EditorValues>;
  team: Team;
  /** Known from the start: the draft's customer, or the one the address names. */
  customerName: string;
};

/** Who pays, in which money, and when. */
export function TermsFields({ form, team, customerName }: Props) {
  const { errors, dirtyFields } = form.formState;
  const [name, setName] = useState(customerName);

  const onCustomerChange = (customer: Customer | null) => {
    setName(customer?.name ?? "");
    if (!customer) return;
    // What somebody has written themselves is not written over.
    const defaults = customerDefaults(customer, team);
    if (!dirtyFields.currency) form.resetField("currency", { defaultValue: defaults.currency });
    if (!dirtyFields.payment_terms_days)
      form.resetField("payment_terms_days", { defaultValue: defaults.payment_terms_days });
  };

  return (
    <div className="grid grid-cols-2 gap-x-4 gap-y-5 lg:grid-cols-4 lg:gap-x-6">
      <Controller
        control={form.control}
        name="customer_id"
        render={({ field }) => (
          <Field label="Customer" error={errors.customer_id?.message} className="col-span-2 lg:col-span-3">
            {(control) => (
              <CustomerPicker
                control={control}
                inputRef={field.ref}
                value={field.value === "" ? null : { id: field.value, name }}
                onBlur={field.onBlur}
                onChange={(customer) => {
                  field.onChange(customer?.id ?? "");
                  onCustomerChange(customer);
                }}
              />
            )}
          </Field>
        )}
      />
      <Field label="Currency" error={errors.currency?.message} className="col-span-2 lg:col-span-1">
        {(control) => <CurrencySelect {...control} {...form.register("currency")} />}
      </Field>
      <Field
        label="Payment terms"
        hint="Days after the issue date."
        error={errors.payment_terms_days?.message}
      >
        {(control) => (
          <Input
            inputMode="numeric"
            {...control}
            className="figures"
            {...form.register("payment_terms_days")}
          />
        )}
      </Field>
      <Field label="Due date" isOptional hint="Instead of the terms." error={errors.due_date?.message}>
        {(control) => <Input type="date" {...control} className="figures" {...form.register("due_date")} />}
      </Field>
      <Field label="Buyer reference" isOptional error={errors.buyer_reference?.message}>
        {(control) => <Input {...control} {...form.register("buyer_reference")} />}
      </Field>
      <Field label="Purchase order" isOptional error={errors.purchase_order_reference?.message}>
        {(control) => <Input {...control} {...form.register("purchase_order_reference")} />}
      </Field>
    </div>
  );
}
