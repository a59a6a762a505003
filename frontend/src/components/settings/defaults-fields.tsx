"use client";

import { useQuery } from "@tanstack/react-query";
import { useWatch, type UseFormReturn } from "react-hook-form";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { currencies } from "@/lib/currencies";
import { useNow } from "@/lib/use-now";
import { latestInvoiceNumberOptions } from "@/queries/team";

import { nextInvoiceNumber, type TeamValues } from "./team-values";

type Props = { form: UseFormReturn<TeamValues> };

export function DefaultsFields({ form }: Props) {
  const { errors } = form.formState;
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <Field label="Currency" error={errors.currency?.message}>
        {(control) => (
          <Select {...control} {...form.register("currency")}>
            {currencies.map(({ code, name }) => (
              <option key={code} value={code}>
                {code} · {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="Days to pay"
        hint="Counted from the day of issue."
        error={errors.payment_terms_days?.message}
      >
        {(control) => (
          <Input isFigure inputMode="numeric" {...control} {...form.register("payment_terms_days")} />
        )}
      </Field>
      <Field
        label="Number prefix"
        isOptional
        hint={<NextNumber form={form} />}
        error={errors.invoice_number_prefix?.message}
        className="sm:col-span-2"
      >
        {(control) => (
          <Input
            maxLength={16}
            autoComplete="off"
            className="sm:w-1/2"
            {...control}
            {...form.register("invoice_number_prefix")}
          />
        )}
      </Field>
    </div>
  );
}

/** Follows the typing, and counts on from the series as it stands. */
function NextNumber({ form }: Props) {
  const prefix = useWatch({ control: form.control, name: "invoice_number_prefix" });
  const year = useNow().getFullYear();
  const latest = useQuery(latestInvoiceNumberOptions(year));
  if (!latest.isSuccess) return "Stands before year and number.";
  return (
    <>
      The next invoice will be{" "}
      <strong className="font-semibold text-ink figures">
        {nextInvoiceNumber(prefix.trim(), year, latest.data)}
      </strong>
      .
    </>
  );
}
