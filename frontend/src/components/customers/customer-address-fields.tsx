"use client";

import type { UseFormReturn } from "react-hook-form";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { countries } from "@/lib/countries";

import type { CustomerValues } from "./customer-values";

type Props = { form: UseFormReturn<CustomerValues> };

export function CustomerAddressFields({ form }: Props) {
  const { errors } = form.formState;
  return (
    <div className="grid gap-5 sm:grid-cols-3">
      <Field label="Address" isOptional error={errors.address_line_1?.message} className="sm:col-span-3">
        {(control) => (
          <Input maxLength={200} autoComplete="off" {...control} {...form.register("address_line_1")} />
        )}
      </Field>
      <Field
        label="Second address line"
        isOptional
        error={errors.address_line_2?.message}
        className="sm:col-span-3"
      >
        {(control) => (
          <Input maxLength={200} autoComplete="off" {...control} {...form.register("address_line_2")} />
        )}
      </Field>
      <Field label="Postal code" isOptional error={errors.postal_code?.message}>
        {(control) => (
          <Input maxLength={20} autoComplete="off" {...control} {...form.register("postal_code")} />
        )}
      </Field>
      <Field label="City" isOptional error={errors.city?.message} className="sm:col-span-2">
        {(control) => <Input maxLength={120} autoComplete="off" {...control} {...form.register("city")} />}
      </Field>
      <Field label="Country" isOptional error={errors.country_code?.message} className="sm:col-span-3">
        {(control) => (
          <Select {...control} {...form.register("country_code")}>
            <option value="">Not given</option>
            {countries.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="VAT identifier"
        isOptional
        hint="For example DE123456789; it stands on their invoices."
        error={errors.vat_identifier?.message}
        className="sm:col-span-3"
      >
        {(control) => (
          <Input maxLength={32} autoComplete="off" {...control} {...form.register("vat_identifier")} />
        )}
      </Field>
    </div>
  );
}
