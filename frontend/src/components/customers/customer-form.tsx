"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useForm, type UseFormReturn } from "react-hook-form";

import { UnsavedChangesDialog } from "@/components/layout/unsaved-changes-dialog";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { LinkButton } from "@/components/ui/link-button";
import { Section } from "@/components/ui/section";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import { currencies } from "@/lib/currencies";

import { CustomerAddressFields } from "./customer-address-fields";
import { customerSchema, type CustomerValues } from "./customer-values";

type Props = {
  defaultValues: CustomerValues;
  /** The team's own terms, which an empty field follows. */
  teamPaymentTermsDays: number;
  submitLabel: string;
  cancelHref: string;
  isPending: boolean;
  isSaved: boolean;
  /** The parent saves and decides where to go next; the form is for putting refusals on its fields. */
  onSubmit: (values: CustomerValues, form: UseFormReturn<CustomerValues>) => void;
};

export function CustomerForm({
  defaultValues,
  teamPaymentTermsDays,
  submitLabel,
  cancelHref,
  isPending,
  isSaved,
  onSubmit,
}: Props) {
  const form = useForm<CustomerValues>({ resolver: valibotResolver(customerSchema), defaultValues });
  const { errors, isDirty } = form.formState;

  return (
    <form
      noValidate
      aria-label="Customer"
      className="max-w-form space-y-10"
      onSubmit={form.handleSubmit((values) => onSubmit(values, form))}
    >
      <Section title="Who it is">
        <div className="grid gap-5 sm:grid-cols-2">
          <Field
            label="Name"
            hint="The company or person, as it stands on their invoices."
            error={errors.name?.message}
            className="sm:col-span-2"
          >
            {(control) => (
              <Input maxLength={200} autoComplete="off" {...control} {...form.register("name")} />
            )}
          </Field>
          <Field
            label="E-mail"
            hint="Invoices are sent to it."
            error={errors.email?.message}
            className="sm:col-span-2"
          >
            {(control) => (
              <Input
                type="email"
                maxLength={254}
                autoComplete="off"
                {...control}
                {...form.register("email")}
              />
            )}
          </Field>
          <Field label="Contact" isOptional error={errors.contact_name?.message}>
            {(control) => (
              <Input maxLength={120} autoComplete="off" {...control} {...form.register("contact_name")} />
            )}
          </Field>
          <Field label="Phone" isOptional error={errors.phone?.message}>
            {(control) => (
              <Input type="tel" maxLength={40} autoComplete="off" {...control} {...form.register("phone")} />
            )}
          </Field>
        </div>
      </Section>

      <Section title="Where they are">
        <CustomerAddressFields form={form} />
      </Section>

      <Section title="How they are invoiced">
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
            isOptional
            hint={`Empty means your team's ${teamPaymentTermsDays} days.`}
            error={errors.payment_terms_days?.message}
          >
            {(control) => (
              <Input
                isFigure
                inputMode="numeric"
                placeholder={String(teamPaymentTermsDays)}
                {...control}
                {...form.register("payment_terms_days")}
              />
            )}
          </Field>
          <Field
            label="Notes"
            isOptional
            hint="For your team only; never on an invoice."
            error={errors.notes?.message}
            className="sm:col-span-2"
          >
            {(control) => <Textarea maxLength={4000} {...control} {...form.register("notes")} />}
          </Field>
        </div>
      </Section>

      <div className="space-y-4">
        <FormMessage message={errors.root?.["server"]?.message} />
        <div className="flex flex-col gap-3 sm:flex-row">
          <Button type="submit" variant="primary" isPending={isPending || isSaved}>
            {submitLabel}
          </Button>
          <LinkButton href={cancelHref}>Cancel</LinkButton>
        </div>
      </div>
      <UnsavedChangesDialog isDirty={isDirty && !isSaved} />
    </form>
  );
}
