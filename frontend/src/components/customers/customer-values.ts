import * as v from "valibot";

import type { Customer, CustomerCreate } from "@/openapi/types.gen";

const MAX_DAYS_TO_PAY = 365;

const text = v.pipe(v.string(), v.trim());

export const customerSchema = v.object({
  name: v.pipe(text, v.nonEmpty("Enter the name that stands on their invoices.")),
  email: v.pipe(
    text,
    v.nonEmpty("Enter the e-mail address that invoices go to."),
    v.email("Enter an e-mail address like name@company.example."),
  ),
  contact_name: text,
  phone: text,
  address_line_1: text,
  address_line_2: text,
  postal_code: text,
  city: text,
  country_code: v.string(),
  vat_identifier: text,
  currency: v.string(),
  payment_terms_days: v.pipe(
    text,
    v.check(isDaysOrEmpty, `Enter whole days from 0 to ${MAX_DAYS_TO_PAY}, or leave it empty.`),
  ),
  notes: text,
});

export type CustomerValues = v.InferOutput<typeof customerSchema>;

export function emptyCustomer(country_code: string, currency: string): CustomerValues {
  return {
    name: "",
    email: "",
    contact_name: "",
    phone: "",
    address_line_1: "",
    address_line_2: "",
    postal_code: "",
    city: "",
    country_code,
    vat_identifier: "",
    currency,
    payment_terms_days: "",
    notes: "",
  };
}

export function valuesOf(customer: Customer): CustomerValues {
  return {
    name: customer.name,
    email: customer.email,
    contact_name: customer.contact_name,
    phone: customer.phone,
    address_line_1: customer.address_line_1,
    address_line_2: customer.address_line_2,
    postal_code: customer.postal_code,
    city: customer.city,
    country_code: customer.country_code,
    vat_identifier: customer.vat_identifier,
    currency: customer.currency,
    payment_terms_days: customer.payment_terms_days?.toString() ?? "",
    notes: customer.notes,
  };
}

/** Empty payment terms are the team's own, and follow them. */
export function toCustomerBody(values: CustomerValues): CustomerCreate {
  const { payment_terms_days: days, ...rest } = values;
  return { ...rest, payment_terms_days: days === "" ? null : Number(days) };
}

function isDaysOrEmpty(days: string): boolean {
  return days === "" || (/^\d+$/.test(days) && Number(days) <= MAX_DAYS_TO_PAY);
}
