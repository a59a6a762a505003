import { addressLines } from "@/components/customers/place";
import { Detail, DetailList } from "@/components/ui/detail-list";
import { Section } from "@/components/ui/section";
import { currencyName } from "@/lib/currencies";
import { countOf } from "@/lib/format";
import type { Team } from "@/openapi/types.gen";

import { groupIban } from "./team-values";

/** For roles that may read the team: the same facts, nothing that looks as if it could be typed into. */
export function TeamDetails({ team }: { team: Team }) {
  const { seller } = team;
  const lines = addressLines(seller);
  return (
    <div className="max-w-form space-y-10">
      <p className="border-l-2 border-rule-strong bg-sunken px-4 py-3 text-sm">
        Your role can read this, not change it. An owner or admin of {team.name} can.
      </p>
      <Section title="Seller" description="As it stands on your invoices.">
        <DetailList>
          <Detail label="Legal name">{seller.legal_name}</Detail>
          <Detail label="Address">
            {lines.length > 0 ? (
              <address className="not-italic">
                {lines.map((line, index) => (
                  <div key={index}>{line}</div>
                ))}
              </address>
            ) : null}
          </Detail>
          <Detail label="VAT identifier">{seller.vat_identifier}</Detail>
          <Detail label="Company registration">{seller.registration_identifier}</Detail>
          <Detail label="E-mail">{seller.email}</Detail>
        </DetailList>
      </Section>
      <Section title="Bank account">
        <DetailList>
          <Detail label="IBAN">{seller.iban ? groupIban(seller.iban) : "Not given"}</Detail>
          <Detail label="BIC">{seller.bic}</Detail>
          <Detail label="Bank">{seller.bank_name}</Detail>
        </DetailList>
      </Section>
      <Section title="New invoices">
        <DetailList>
          <Detail label="Currency">
            {currencyName(team.currency)} ({team.currency})
          </Detail>
          <Detail label="Payment terms">{countOf(team.payment_terms_days, "day")} to pay</Detail>
          <Detail label="Number prefix">{team.invoice_number_prefix || "None"}</Detail>
        </DetailList>
      </Section>
    </div>
  );
}
