"use client";

import type { UseFormReturn } from "react-hook-form";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { countries } from "@/lib/countries";

import type { TeamValues } from "./team-values";

type SellerField = keyof TeamValues["seller"];
type Props = { form: UseFormReturn<TeamValues> };
type TextFieldProps = Props & {
  name: SellerField;
  label: string;
  maxLength: number;
  hint?: string;
  /** An invoice can be issued without it. */
  isOptional?: boolean;
  type?: "text" | "email";
  className?: string;
};

export function SellerFields({ form }: Props) {
  return (
    <div className="grid gap-5 sm:grid-cols-3">
      <SellerText form={form} name="legal_name" label="Legal name" maxLength={200} className={wide} />
      <SellerText form={form} name="address_line_1" label="Address" maxLength={200} className={wide} />
      <SellerText
        form={form}
        name="address_line_2"
        isOptional
        label="Second address line"
        maxLength={200}
        className={wide}
      />
      <SellerText form={form} name="postal_code" isOptional label="Postal code" maxLength={20} />
      <SellerText form={form} name="city" label="City" maxLength={120} className="sm:col-span-2" />
      <Field label="Country" error={form.formState.errors.seller?.country_code?.message} className={wide}>
        {(control) => (
          <Select {...control} {...form.register("seller.country_code")}>
            <option value="">Not given</option>
            {countries.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <SellerText
        form={form}
        name="vat_identifier"
        isOptional
        label="VAT identifier"
        maxLength={32}
        hint="For example DE123456789."
        className={wide}
      />
      <SellerText
        form={form}
        name="registration_identifier"
        isOptional
        label="Company registration"
        maxLength={64}
        hint="For example HRB 182734 B."
        className={wide}
      />
      <SellerText
        form={form}
        name="email"
        isOptional
        label="E-mail"
        type="email"
        maxLength={254}
        hint="Printed on invoices, for questions about them."
        className={wide}
      />
    </div>
  );
}

export function SellerBankFields({ form }: Props) {
  return (
    <div className="grid gap-5 sm:grid-cols-3">
      <SellerText form={form} name="iban" isOptional label="IBAN" maxLength={42} className={wide} />
      <SellerText form={form} name="bic" isOptional label="BIC" maxLength={11} />
      <SellerText
        form={form}
        name="bank_name"
        isOptional
        label="Bank"
        maxLength={120}
        className="sm:col-span-2"
      />
    </div>
  );
}

const wide = "sm:col-span-3";

function SellerText({
  form,
  name,
  label,
  maxLength,
  hint,
  isOptional = false,
  type = "text",
  className,
}: TextFieldProps) {
  return (
    <Field
      label={label}
      hint={hint}
      isOptional={isOptional}
      error={form.formState.errors.seller?.[name]?.message}
      {...(className ? { className } : {})}
    >
      {(control) => (
        <Input
          type={type}
          maxLength={maxLength}
          autoComplete="off"
          {...control}
          {...form.register(`seller.${name}`)}
        />
      )}
    </Field>
  );
}
