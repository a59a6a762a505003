import type { PaymentMethod, TaxCategory, UnitCode } from "@/openapi/types.gen";

/** Units as one chooses them; the everyday ones first. */
export const unitNames: Record<UnitCode, string> = {
  HUR: "hours",
  DAY: "days",
  C62: "pieces",
  LS: "lump sum",
  MON: "months",
  WEE: "weeks",
  ANN: "years",
  MIN: "minutes",
  SET: "sets",
  KGM: "kg",
  GRM: "g",
  TNE: "tonnes",
  MTR: "m",
  KMT: "km",
  MTK: "m²",
  MTQ: "m³",
  LTR: "litres",
  KWH: "kWh",
};

export const taxCategoryNames: Record<TaxCategory, string> = {
  S: "Standard",
  Z: "Zero-rated",
  E: "Exempt",
};

export const paymentMethodNames: Record<PaymentMethod, string> = {
  bank_transfer: "Bank transfer",
  card: "Card",
  cash: "Cash",
  cheque: "Cheque",
  other: "Other",
};

export function optionsOf<Value extends string>(names: Record<Value, string>) {
  return Object.entries(names).map(([value, label]) => ({ value: value as Value, label: String(label) }));
}
