import { DateText, DateTimeText } from "@/components/figures/date-text";
import { DueText } from "@/components/figures/due-text";
import { Money } from "@/components/figures/money";
import { StatusBadge } from "@/components/ui/status-badge";
import type { Invoice } from "@/openapi/types.gen";

import { isZero } from "../decimal-input";

/** The answer to "what is owed to me": the number the page is about. */
export function Balance({ invoice }: { invoice: Invoice }) {
  const { label, amount } = headline(invoice);
  return (
    <section aria-label="Balance">
      <div className="flex items-center justify-between gap-4">
        <h2 className="text-sm text-muted">{label}</h2>
        <StatusBadge status={invoice.status} />
      </div>
      <p className="mt-1">
        <Money
          amount={amount}
          currency={invoice.currency}
          size="hero"
          className={
            invoice.status === "void"
              ? "text-muted line-through *:inline-block"
              : invoice.status === "overdue"
                ? "text-overdue"
                : ""
          }
        />
      </p>
      <p className="mt-1 text-sm text-muted">
        <Explanation invoice={invoice} />
      </p>
    </section>
  );
}

function headline(invoice: Invoice): { label: string; amount: string } {
  switch (invoice.status) {
    case "draft":
      return { label: "Draft total", amount: invoice.gross_amount };
    case "paid":
      return { label: "Paid in full", amount: invoice.gross_amount };
    case "void":
      return { label: "Cancelled", amount: invoice.gross_amount };
    default:
      return { label: "Amount due", amount: invoice.amount_due };
  }
}

function Explanation({ invoice }: { invoice: Invoice }) {
  if (invoice.status === "draft") return "Not issued: it has no number yet, and nobody has received it.";
  if (invoice.status === "paid") return "Nothing is due any more.";
  if (invoice.status === "void") {
    return (
      <>
        Void since {invoice.voided_at ? <DateTimeText value={invoice.voided_at} /> : "its cancellation"}:{" "}
        {invoice.void_reason}
      </>
    );
  }
  return (
    <>
      {invoice.due_date ? (
        <>
          <DueText dueDate={invoice.due_date} />, <DateText value={invoice.due_date} />
        </>
      ) : null}
      {isZero(invoice.paid_amount) ? null : (
        <>
          {" · "}
          <Money amount={invoice.paid_amount} currency={invoice.currency} /> of{" "}
          <Money amount={invoice.gross_amount} currency={invoice.currency} /> paid
        </>
      )}
    </>
  );
}
