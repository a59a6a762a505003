import { Section } from "@/components/ui/section";
import { formatMoney, formatMonth } from "@/lib/format";
import type { MonthlyAmounts } from "@/openapi/types.gen";

import { chartMarks } from "@/components/figures/chart-scale";

const PLOT_HEIGHT = 152;
const TOP = 8;
const LABEL_HEIGHT = 24;
const AXIS_WIDTH = 56;
const BAR_WIDTH = 18;
const GAP = 3;

const markFormat = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });

type Props = { currency: string; months: readonly MonthlyAmounts[] };

/** Invoiced beside paid, month by month; the same figures as a table for those who do not see it. */
export function MonthlyChart({ currency, months }: Props) {
  // Heights are pixels, so here, and only here, an amount may become a float.
  const highest = Math.max(
    ...months.flatMap((month) => [Number(month.invoiced_amount), Number(month.paid_amount)]),
    0,
  );
  const marks = chartMarks(highest);
  const top = marks.at(-1) || 1;
  const yOf = (amount: number) => TOP + PLOT_HEIGHT - (amount / top) * PLOT_HEIGHT;
  const height = TOP + PLOT_HEIGHT + LABEL_HEIGHT;

  return (
    <Section
      title="Invoiced and paid"
      aside={
        <div className="flex items-center gap-4 text-xs text-muted" aria-hidden>
          <Key className="border border-open bg-open-soft">Invoiced</Key>
          <Key className="bg-paid">Paid</Key>
          <span>{currency}</span>
        </div>
      }
    >
      <div className="flex text-xs" aria-hidden>
        <svg width={AXIS_WIDTH} height={height} className="shrink-0 fill-muted figures">
          {marks.map((mark) => (
            <text key={mark} x={AXIS_WIDTH - 12} y={yOf(mark)} dy="0.32em" textAnchor="end">
              {markFormat.format(mark)}
            </text>
          ))}
        </svg>
        <svg width="100%" height={height} className="min-w-0 overflow-visible">
          {marks.map((mark) => (
            <line
              key={mark}
              x2="100%"
              y1={yOf(mark)}
              y2={yOf(mark)}
              className={mark === 0 ? "stroke-rule-strong" : "stroke-rule"}
            />
          ))}
          {months.map((month, index) => (
            <Month
              key={month.month}
              month={month}
              x={((index + 0.5) / months.length) * 100}
              width={100 / months.length}
              yOf={yOf}
            />
          ))}
        </svg>
      </div>
      <AmountsTable currency={currency} months={months} />
    </Section>
  );
}

function Key({ className, children }: { className: string; children: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span className={`size-2.5 ${className}`} />
      {children}
    </span>
  );
}

type MonthProps = { month: MonthlyAmounts; x: number; width: number; yOf: (amount: number) => number };

function Month({ month, x, width, yOf }: MonthProps) {
  const base = yOf(0);
  const invoiced = yOf(Number(month.invoiced_amount));
  const paid = yOf(Number(month.paid_amount));
  return (
    <svg x={`${x}%`} className="group overflow-visible">
      <title>
        {`${formatMonth(month.month)}: ${formatMoney(month.invoiced_amount, month.currency)} invoiced, ${formatMoney(month.paid_amount, month.currency)} paid`}
      </title>
      <rect
        x={-(BAR_WIDTH + GAP / 2) + 0.5}
        y={invoiced + 0.5}
        width={BAR_WIDTH - 1}
        height={Math.max(base - invoiced - 0.5, 0)}
        className="fill-open-soft stroke-open"
      />
      <rect x={GAP / 2} y={paid} width={BAR_WIDTH} height={base - paid} className="fill-paid" />
      <text y={base + 18} textAnchor="middle" className="fill-muted">
        {formatMonth(month.month)}
      </text>
      {/* The whole column answers the pointer, not only its bars. */}
      <rect x={`-${width / 2}%`} y={0} width={`${width}%`} height={base} className="fill-transparent" />
    </svg>
  );
}

function AmountsTable({ currency, months }: Props) {
  return (
    <div className="sr-only">
      <table>
        <caption>
          Invoiced and paid in the last {months.length} months, in {currency}
        </caption>
        <thead>
          <tr>
            <th scope="col">Month</th>
            <th scope="col">Invoiced</th>
            <th scope="col">Paid</th>
          </tr>
        </thead>
        <tbody>
          {months.map((month) => (
            <tr key={month.month}>
              <th scope="row">{formatMonth(month.month)}</th>
              <td>{formatMoney(month.invoiced_amount, currency)}</td>
              <td>{formatMoney(month.paid_amount, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
