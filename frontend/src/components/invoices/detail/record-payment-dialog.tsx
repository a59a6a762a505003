"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useForm } from "react-hook-form";
import * as v from "valibot";

import { Money } from "@/components/figures/money";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { applyFieldErrors, toApiError } from "@/lib/errors";
import { localIsoDate } from "@/lib/format";
import type { Invoice, PaymentMethod } from "@/openapi/types.gen";
import { useRecordPayment } from "@/queries/payments";

import { isDecimal, isZero, padToCurrency } from "../decimal-input";
import { optionsOf, paymentMethodNames } from "../words";

const schema = v.object({
  amount: v.pipe(
    v.string(),
    v.check(
      (text) => isDecimal(text, { integers: 12, decimals: 4 }) && !isZero(text),
      "Write an amount above 0, like 120.00.",
    ),
  ),
  paid_on: v.pipe(v.string(), v.nonEmpty("Choose the day it arrived.")),
  method: v.custom<PaymentMethod>((input) => typeof input === "string"),
  note: v.string(),
});
type Values = v.InferOutput<typeof schema>;

type Props = { invoice: Invoice; isOpen: boolean; onClose: () => void };

export function RecordPaymentDialog({ invoice, isOpen, onClose }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Record payment"
      description={
        <>
          <Money amount={invoice.amount_due} currency={invoice.currency} /> is due from {invoice.buyer.name}.
          A part of it is fine.
        </>
      }
      size="sm"
    >
      <RecordPaymentForm invoice={invoice} onClose={onClose} />
    </Dialog>
  );
}

function RecordPaymentForm({ invoice, onClose }: Omit<Props, "isOpen">) {
  const record = useRecordPayment();
  const today = localIsoDate(new Date());
  const form = useForm<Values>({
    resolver: valibotResolver(schema),
    defaultValues: { amount: invoice.amount_due, paid_on: today, method: "bank_transfer", note: "" },
  });
  const { errors } = form.formState;

  const onSubmit = form.handleSubmit((values) => {
    const amount = padToCurrency(values.amount, invoice.currency);
    record.mutate(
      { path: { invoice_id: invoice.id }, body: { ...values, amount, note: values.note.trim() } },
      {
        onSuccess: onClose,
        onError: (error) => {
          const { code, detail } = toApiError(error);
          // Not a malformed field, but the amount is what has to change.
          if (code === "payment-exceeds-balance")
            form.setError("amount", { type: "server", message: detail }, { shouldFocus: true });
          else applyFieldErrors(form, error);
        },
      },
    );
  });

  return (
    <form noValidate onSubmit={onSubmit} aria-label="Record payment" className="space-y-4">
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field label={`Amount in ${invoice.currency}`} error={errors.amount?.message}>
          {(control) => <Input isFigure autoComplete="off" {...control} {...form.register("amount")} />}
        </Field>
        <Field label="Received on" error={errors.paid_on?.message}>
          {(control) => (
            <Input type="date" max={today} className="figures" {...control} {...form.register("paid_on")} />
          )}
        </Field>
      </div>
      <Field label="Method" error={errors.method?.message}>
        {(control) => (
          <Select {...control} {...form.register("method")}>
            {optionsOf(paymentMethodNames).map((method) => (
              <option key={method.value} value={method.value}>
                {method.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Note" isOptional error={errors.note?.message}>
        {(control) => <Input {...control} {...form.register("note")} />}
      </Field>
      <FormMessage message={errors.root?.["server"]?.message} />
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isPending={record.isPending}>
          Record payment
        </Button>
      </DialogActions>
    </form>
  );
}
