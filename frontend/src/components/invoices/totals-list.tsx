import { Money } from "@/components/figures/money";
import { cn } from "@/components/ui/cn";
import { formatDecimal } from "@/lib/format";
import type { TaxBreakdown, Totals } from "@/openapi/types.gen";

type Props = {
  totals: Pick<Totals, "currency" | "net_amount" | "gross_amount" | "tax_breakdown">;
  className?: string;
};

/** Net, tax by rate, and the total under its double rule. */
export function TotalsList({ totals, className }: Props) {
  const { currency } = totals;
  return (
    <dl className={cn("space-y-2 text-sm", className)}>
      <div className="flex justify-between gap-6">
        <dt className="text-muted">Net</dt>
        <dd>
          <Money amount={totals.net_amount} currency={currency} />
        </dd>
      </div>
      {totals.tax_breakdown.map((tax) => (
        <div key={`${tax.tax_category} ${tax.tax_rate}`} className="flex justify-between gap-6">
          <dt className="text-muted">
            {describeTax(tax)} <span className="whitespace-nowrap">on</span>{" "}
            <Money amount={tax.taxable_amount} currency={currency} />
          </dt>
          <dd>
            <Money amount={tax.tax_amount} currency={currency} />
          </dd>
        </div>
      ))}
      <div className="flex items-baseline justify-between gap-6 border-t border-rule-strong pt-2">
        <dt className="font-semibold">Total</dt>
        <dd>
          <Money amount={totals.gross_amount} currency={currency} size="total" className="text-base" />
        </dd>
      </div>
    </dl>
  );
}

function describeTax({ tax_category: category, tax_rate: rate }: TaxBreakdown): string {
  if (category === "E") return "Exempt from VAT";
  if (category === "Z") return "VAT zero-rated";
  return `VAT ${formatDecimal(rate)} %`;
}
