import * as v from "valibot";

import type { Team, TeamUpdate } from "@/openapi/types.gen";

const MAX_DAYS_TO_PAY = 365;

const text = v.pipe(v.string(), v.trim());

export const teamSchema = v.object({
  name: v.pipe(text, v.nonEmpty("Enter the team's name.")),
  seller: v.object({
    legal_name: v.pipe(text, v.nonEmpty("Enter the name that heads your invoices.")),
    address_line_1: text,
    address_line_2: text,
    postal_code: text,
    city: text,
    country_code: v.string(),
    vat_identifier: text,
    registration_identifier: text,
    email: v.union(
      [v.pipe(text, v.literal("")), v.pipe(text, v.email())],
      "Enter an e-mail address like name@company.example, or leave it empty.",
    ),
    iban: v.pipe(
      text,
      v.regex(/^([A-Za-z]{2}\d{2}[0-9A-Za-z ]+)?$/, "An IBAN starts with two letters and two digits."),
    ),
    bic: v.pipe(
      text,
      v.toUpperCase(),
      v.regex(/^([A-Z0-9]{8}([A-Z0-9]{3})?)?$/, "A BIC has 8 or 11 letters and digits."),
    ),
    bank_name: text,
  }),
  currency: v.string(),
  payment_terms_days: v.pipe(
    text,
    v.check(
      (days) => /^\d+$/.test(days) && Number(days) <= MAX_DAYS_TO_PAY,
      `Enter whole days from 0 to ${MAX_DAYS_TO_PAY}.`,
    ),
  ),
  invoice_number_prefix: v.pipe(
    text,
    v.regex(/^[A-Za-z0-9/._-]*$/, "Use letters, digits and / . _ - only, without spaces."),
  ),
});

export type TeamValues = v.InferOutput<typeof teamSchema>;

export function teamValuesOf(team: Team): TeamValues {
  return {
    name: team.name,
    seller: { ...team.seller, iban: groupIban(team.seller.iban) },
    currency: team.currency,
    payment_terms_days: String(team.payment_terms_days),
    invoice_number_prefix: team.invoice_number_prefix,
  };
}

export function toTeamBody(values: TeamValues): TeamUpdate {
  return { ...values, payment_terms_days: Number(values.payment_terms_days) };
}

/** "DE89370400440532013000" → "DE89 3704 0044 0532 0130 00", as it stands on paper. */
export function groupIban(iban: string): string {
  return iban.replace(/(.{4})(?=.)/g, "$1 ");
}

/** The number the next invoice of the year gets: the series goes on, whatever the prefix becomes. */
export function nextInvoiceNumber(prefix: string, year: number, latestNumber: string | null): string {
  const latest = latestNumber ? Number(/(\d+)$/.exec(latestNumber)?.[1] ?? 0) : 0;
  return `${prefix}${year}-${String(latest + 1).padStart(4, "0")}`;
}
