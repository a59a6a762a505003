"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";

import { DateText } from "@/components/figures/date-text";
import { Money } from "@/components/figures/money";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { formatMoney } from "@/lib/format";
import type { Payment } from "@/openapi/types.gen";
import { invoicePaymentsOptions, useReversePayment } from "@/queries/payments";
import { useCan } from "@/queries/session";

import { paymentMethodNames } from "../words";
import { ReasonDialog } from "./reason-dialog";

type Props = { invoiceId: string };

export function PaymentsSection({ invoiceId }: Props) {
  const { data } = useSuspenseQuery(invoicePaymentsOptions(invoiceId));
  const canReverse = useCan("payments:write");
  const [reversing, setReversing] = useState<Payment | null>(null);

  return (
    <>
      {data.items.length === 0 ? (
        <p className="text-sm text-muted">No payment recorded.</p>
      ) : (
        <ul className="-my-2.5 divide-y divide-rule">
          {data.items.map((payment) => (
            <PaymentRow
              key={payment.id}
              payment={payment}
              onReverse={canReverse && !payment.reversed_at ? () => setReversing(payment) : null}
            />
          ))}
        </ul>
      )}
      {reversing ? <ReverseDialog payment={reversing} onClose={() => setReversing(null)} /> : null}
    </>
  );
}

type RowProps = { payment: Payment; onReverse: (() => void) | null };

function PaymentRow({ payment, onReverse }: RowProps) {
  const isReversed = payment.reversed_at !== null;
  return (
    <li className="flex items-start justify-between gap-4 py-2.5 text-sm">
      <div className="min-w-0">
        <p>
          <DateText value={payment.paid_on} />
          <span className="text-muted"> · {paymentMethodNames[payment.method]}</span>
        </p>
        {payment.note ? <p className="wrap-anywhere text-muted">{payment.note}</p> : null}
        {isReversed ? <p className="wrap-anywhere text-muted">Reversed: {payment.reversal_reason}</p> : null}
      </div>
      <div className="flex shrink-0 flex-col items-end gap-1">
        <Money
          amount={payment.amount}
          currency={payment.currency}
          className={cn("font-semibold", isReversed && "font-normal text-muted line-through *:inline-block")}
        />
        {onReverse ? (
          <Button
            variant="ghost"
            size="sm"
            className="-mr-3"
            aria-label={`Reverse the payment of ${formatMoney(payment.amount, payment.currency)}`}
            onClick={onReverse}
          >
            Reverse
          </Button>
        ) : null}
      </div>
    </li>
  );
}

function ReverseDialog({ payment, onClose }: { payment: Payment; onClose: () => void }) {
  const reverse = useReversePayment();
  return (
    <ReasonDialog
      isOpen
      onClose={onClose}
      onConfirm={(reason) =>
        reverse.mutate({ path: { payment_id: payment.id }, body: { reason } }, { onSuccess: onClose })
      }
      title="Reverse this payment?"
      description={
        <>
          <Money amount={payment.amount} currency={payment.currency} /> counts no longer and is due again. The
          entry stays in your books, struck through. This can’t be undone.
        </>
      }
      reasonLabel="Why is it reversed?"
      confirmLabel="Reverse payment"
      isPending={reverse.isPending}
      error={reverse.error}
    />
  );
}
