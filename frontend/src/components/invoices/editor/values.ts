import * as v from "valibot";

import type {
  Customer,
  Invoice,
  InvoiceDraft,
  InvoiceLineDraft,
  TaxCategory,
  Team,
  UnitCode,
} from "@/openapi/types.gen";

import { isDecimal, isZero, readDecimal } from "../decimal-input";
import { standardTaxRate } from "../standard-tax-rates";

const MAX_TAX_PERCENT = 100;
const amountLimits = { integers: 9, decimals: 6 };
const isTaxRate = (text: string) =>
  isDecimal(text, { integers: 3, decimals: 4 }) && Number(readDecimal(text)) <= MAX_TAX_PERCENT;

const lineSchema = v.pipe(
  v.object({
    /** Ours alone: which line it is, while lines move. */
    key: v.string(),
    description: v.pipe(v.string(), v.maxLength(1000, "Use at most 1,000 characters.")),
    quantity: v.pipe(
      v.string(),
      v.check((text) => isDecimal(text, amountLimits) && !isZero(text), "Write a number above 0, like 1.5."),
    ),
    unit_code: v.custom<UnitCode>((input) => typeof input === "string"),
    unit_price: v.pipe(
      v.string(),
      v.check((text) => isDecimal(text, amountLimits), "Write a price, like 85.00."),
    ),
    tax_category: v.custom<TaxCategory>((input) => typeof input === "string"),
    tax_rate: v.string(),
  }),
  v.forward(
    v.partialCheck(
      [["tax_category"], ["tax_rate"]],
      (line) => line.tax_category !== "S" || (isTaxRate(line.tax_rate) && !isZero(line.tax_rate)),
      "Write a rate, like 20.",
    ),
    ["tax_rate"],
  ),
);

export const editorSchema = v.object({
  customer_id: v.pipe(v.string(), v.nonEmpty("Choose a customer.")),
  currency: v.string(),
  payment_terms_days: v.pipe(v.string(), v.regex(/^\s*\d{0,3}\s*$/, "Write a number of days.")),
  due_date: v.string(),
  buyer_reference: v.string(),
  purchase_order_reference: v.string(),
  note: v.string(),
  lines: v.array(lineSchema),
});

export type EditorValues = v.InferOutput<typeof editorSchema>;
export type LineValues = EditorValues["lines"][number];

let lastKey = 0;
const newKey = () => `line-${String(++lastKey)}`;

/** A new line continues as the one above it. */
export function newLine(
  above: Pick<LineValues, "unit_code" | "tax_category" | "tax_rate"> | undefined,
): LineValues {
  return {
    key: newKey(),
    description: "",
    quantity: "1",
    unit_code: above?.unit_code ?? "HUR",
    unit_price: "",
    tax_category: above?.tax_category ?? "S",
    tax_rate: above?.tax_rate ?? "",
  };
}

/** The customer's own currency and terms, else the team's. */
export function customerDefaults(customer: Customer | null, team: Team) {
  return {
    currency: customer?.currency || team.currency,
    payment_terms_days: String(customer?.payment_terms_days ?? team.payment_terms_days),
  };
}

export function emptyValues(team: Team, customer: Customer | null): EditorValues {
  return {
    customer_id: customer?.id ?? "",
    ...customerDefaults(customer, team),
    due_date: "",
    buyer_reference: "",
    purchase_order_reference: "",
    note: "",
    lines: [
      newLine({
        unit_code: "HUR",
        tax_category: "S",
        tax_rate: standardTaxRate(team.seller.country_code),
      }),
    ],
  };
}

export function valuesOf(invoice: Invoice): EditorValues {
  return {
    customer_id: invoice.customer_id,
    currency: invoice.currency,
    payment_terms_days: String(invoice.payment_terms_days),
    due_date: invoice.due_date ?? "",
    buyer_reference: invoice.buyer_reference,
    purchase_order_reference: invoice.purchase_order_reference,
    note: invoice.note,
    lines: invoice.lines.map((line) => ({
      key: newKey(),
      description: line.description,
      quantity: line.quantity,
      unit_code: line.unit_code,
      unit_price: line.unit_price,
      tax_category: line.tax_category,
      tax_rate: line.tax_rate,
    })),
  };
}

export function toDraft(values: EditorValues): InvoiceDraft {
  const terms = values.payment_terms_days.trim();
  return {
    customer_id: values.customer_id,
    currency: values.currency,
    payment_terms_days: terms === "" ? null : Number(terms),
    due_date: values.due_date === "" ? null : values.due_date,
    buyer_reference: values.buyer_reference.trim(),
    purchase_order_reference: values.purchase_order_reference.trim(),
    note: values.note.trim(),
    lines: values.lines.map(toLineDraft),
  };
}

export function toLineDraft(line: LineValues): InvoiceLineDraft {
  return {
    description: line.description,
    quantity: readDecimal(line.quantity),
    unit_code: line.unit_code,
    unit_price: readDecimal(line.unit_price),
    tax_category: line.tax_category,
    tax_rate: line.tax_category === "S" ? readDecimal(line.tax_rate) : "0",
  };
}

/** Whether the server could calculate with it already. */
export function isCalculable(line: LineValues): boolean {
  return v.safeParse(lineSchema, line).success;
}

export type Gap = { path: "lines" | `lines.${number}.description`; message: string };

/** What a draft may lack and an invoice may not. */
export function gapsBeforeIssue(values: EditorValues): Gap[] {
  if (values.lines.length === 0) return [{ path: "lines", message: "Add at least one line." }];
  return values.lines.flatMap((line, index) =>
    line.description.trim() === ""
      ? [{ path: `lines.${index}.description` as const, message: "Say what is invoiced." }]
      : [],
  );
}
