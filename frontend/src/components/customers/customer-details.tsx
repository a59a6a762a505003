import { DateText } from "@/components/figures/date-text";
import { Detail, DetailList } from "@/components/ui/detail-list";
import { currencyName } from "@/lib/currencies";
import { countOf, localIsoDate } from "@/lib/format";
import type { Customer } from "@/openapi/types.gen";

import { addressLines } from "./place";

const linkClasses = "underline decoration-rule-strong underline-offset-4 hover:decoration-ink";

export function CustomerDetails({ customer }: { customer: Customer }) {
  const lines = addressLines(customer);
  return (
    <DetailList>
      <Detail label="E-mail">
        <a href={`mailto:${customer.email}`} className={linkClasses}>
          {customer.email}
        </a>
      </Detail>
      <Detail label="Contact">{customer.contact_name}</Detail>
      <Detail label="Phone">
        {customer.phone ? (
          <a href={`tel:${customer.phone.replace(/[^+\d]/g, "")}`} className={linkClasses}>
            {customer.phone}
          </a>
        ) : null}
      </Detail>
      <Detail label="Address">
        {lines.length > 0 ? (
          <address className="not-italic">
            {lines.map((line, index) => (
              <div key={index}>{line}</div>
            ))}
          </address>
        ) : null}
      </Detail>
      <Detail label="VAT identifier">{customer.vat_identifier}</Detail>
      <Detail label="Currency">
        {currencyName(customer.currency)} ({customer.currency})
      </Detail>
      <Detail label="Payment terms">
        {customer.payment_terms_days === null
          ? "As your team's"
          : `${countOf(customer.payment_terms_days, "day")} to pay`}
      </Detail>
      <Detail label="Customer since">
        <DateText value={localIsoDate(new Date(customer.created_at))} />
      </Detail>
      <Detail label="Notes">
        {customer.notes ? <p className="whitespace-pre-wrap">{customer.notes}</p> : null}
      </Detail>
    </DetailList>
  );
}
