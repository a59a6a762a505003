"use client";

import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { memo } from "react";
import { useFormState, useWatch, type UseFormReturn } from "react-hook-form";

import { Money } from "@/components/figures/money";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";

import { optionsOf, taxCategoryNames, unitNames } from "../words";
import type { EditorValues } from "./values";

const units = optionsOf(unitNames);
const taxCategories = optionsOf(taxCategoryNames);

type Props = {
  form: UseFormReturn<EditorValues>;
  index: number;
  count: number;
  netAmount: string | null;
  onMove: (from: number, to: number) => void;
  onRemove: (index: number) => void;
};

/** From 1280 px the labels stand once, above the columns. */
const labelOnNarrow = "xl:*:first:sr-only";

/** Remembered, so that typing in one line does not draw the other hundred anew; hence its own watch on the errors. */
export const LineFields = memo(function LineFields({
  form,
  index,
  count,
  netAmount,
  onMove,
  onRemove,
}: Props) {
  const { control, register } = form;
  const errors = useFormState({ control, name: `lines.${index}` }).errors.lines?.[index];
  const [currency, taxCategory] = useWatch({ control, name: ["currency", `lines.${index}.tax_category`] });
  const hasRate = taxCategory === "S";

  return (
    <li
      id={`line-${index}`}
      aria-label={`Line ${index + 1}`}
      className="grid grid-cols-6 gap-x-3 gap-y-3 py-5 sm:grid-cols-12 xl:grid-cols-24 xl:gap-x-2 xl:gap-y-1 xl:py-3"
    >
      <Field
        label="Description"
        error={errors?.description?.message}
        className={`${labelOnNarrow} col-span-full xl:col-span-8 xl:row-span-2`}
      >
        {(field) => <Textarea rows={2} {...field} {...register(`lines.${index}.description`)} />}
      </Field>
      <Field
        label="Quantity"
        error={errors?.quantity?.message}
        className={`${labelOnNarrow} col-span-2 xl:col-span-2`}
      >
        {(field) => <Input isFigure {...field} {...register(`lines.${index}.quantity`)} />}
      </Field>
      <Field
        label="Unit"
        error={errors?.unit_code?.message}
        className={`${labelOnNarrow} col-span-4 sm:col-span-3`}
      >
        {(field) => (
          <Select {...field} {...register(`lines.${index}.unit_code`)}>
            {units.map((unit) => (
              <option key={unit.value} value={unit.value}>
                {unit.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="Unit price"
        error={errors?.unit_price?.message}
        className={`${labelOnNarrow} col-span-full sm:col-span-3`}
      >
        {(field) => <Input isFigure {...field} {...register(`lines.${index}.unit_price`)} />}
      </Field>
      <Field
        label="VAT"
        error={errors?.tax_category?.message}
        className={`${labelOnNarrow} col-span-4 sm:col-span-2 xl:col-span-3`}
      >
        {(field) => (
          <Select {...field} {...register(`lines.${index}.tax_category`)}>
            {taxCategories.map((category) => (
              <option key={category.value} value={category.value}>
                {category.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="VAT rate"
        error={hasRate ? errors?.tax_rate?.message : undefined}
        className={`${labelOnNarrow} col-span-2 xl:col-span-2`}
      >
        {(field) => (
          <span className="relative block">
            {/* The written rate is kept while another category hides it. */}
            {hasRate ? (
              <Input
                key="written"
                isFigure
                className="pr-7"
                {...field}
                {...register(`lines.${index}.tax_rate`)}
              />
            ) : (
              <Input key="none" isFigure className="pr-7" {...field} value="0" disabled readOnly />
            )}
            <span aria-hidden className="pointer-events-none absolute top-2.5 right-3 text-sm text-muted">
              %
            </span>
          </span>
        )}
      </Field>
      <p className="col-span-3 flex h-10 items-center text-sm sm:col-span-6 xl:col-span-3 xl:justify-end">
        <span className="mr-2 text-muted xl:sr-only">Net </span>
        {netAmount ? (
          <Money amount={netAmount} currency={currency} className="font-semibold" />
        ) : (
          <span className="text-muted">–</span>
        )}
      </p>
      <div className="col-span-3 flex h-10 items-center justify-end gap-1 sm:col-span-6 xl:col-span-16 xl:col-start-9">
        <Button
          variant="ghost"
          size="sm"
          className="px-2"
          aria-label={`Move line ${index + 1} up`}
          data-line-action="up"
          aria-disabled={index === 0 || undefined}
          onClick={() => index > 0 && onMove(index, index - 1)}
        >
          <ArrowUp aria-hidden />
        </Button>
        <Button
          variant="ghost"
          size="sm"
          className="px-2"
          aria-label={`Move line ${index + 1} down`}
          data-line-action="down"
          aria-disabled={index === count - 1 || undefined}
          onClick={() => index < count - 1 && onMove(index, index + 1)}
        >
          <ArrowDown aria-hidden />
        </Button>
        <Button
          variant="ghost"
          size="sm"
          className="px-2"
          aria-label={`Remove line ${index + 1}`}
          onClick={() => onRemove(index)}
        >
          <Trash2 aria-hidden />
        </Button>
      </div>
    </li>
  );
});
