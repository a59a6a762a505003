"use client";

import { DateTimeText } from "@/components/figures/date-text";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { FormMessage } from "@/components/ui/form-message";
import { Section } from "@/components/ui/section";
import { errorMessage } from "@/lib/errors";
import type { Delivery, Invoice } from "@/openapi/types.gen";
import { useSendInvoice } from "@/queries/invoices";

const steps = [
  { state: "queued", label: "Queued" },
  { state: "rendering", label: "Rendering" },
  { state: "sending", label: "Sending" },
  { state: "sent", label: "Sent" },
] as const;

type Props = { invoice: Invoice; canSend: boolean };

/** Where the invoice is on its way to the customer; the page is told of every step as it happens. */
export function DeliveryProgress({ invoice, canSend }: Props) {
  const send = useSendInvoice();
  const { delivery } = invoice;
  if (!delivery) return null;
  const isFailed = delivery.state === "failed";
  const action = canSend ? (
    <Button
      size="sm"
      isPending={send.isPending}
      onClick={() => send.mutate({ path: { invoice_id: invoice.id } })}
    >
      Send again
    </Button>
  ) : null;

  return (
    <Section title="Delivery" aside={isFailed ? null : action}>
      {isFailed ? null : <Steps delivery={delivery} />}
      <div role="status" className="text-sm text-muted">
        <Words delivery={delivery} />
      </div>
      {isFailed ? <div className="mt-3">{action}</div> : null}
      <FormMessage message={errorMessage(send.error)} className="mt-3" />
    </Section>
  );
}

function Steps({ delivery }: { delivery: Delivery }) {
  const current = steps.findIndex((step) => step.state === delivery.state);
  const isSent = delivery.state === "sent";
  return (
    <ol className="mb-3 grid grid-cols-4 gap-1 text-xs">
      {steps.map((step, index) => (
        <li
          key={step.state}
          aria-current={index === current ? "step" : undefined}
          className={cn(index > current && "text-muted", index === current && "font-semibold")}
        >
          <span
            aria-hidden
            className={cn(
              "mb-1.5 block h-1 rounded-sm",
              index > current ? "bg-rule" : isSent ? "bg-paid" : "bg-ink",
              index === current && !isSent && "animate-skeleton",
            )}
          />
          {step.label}
        </li>
      ))}
    </ol>
  );
}

function Words({ delivery }: { delivery: Delivery }) {
  const recipient = <span className="font-medium wrap-anywhere text-ink">{delivery.recipient}</span>;
  switch (delivery.state) {
    case "queued":
      return <>Waiting to be sent to {recipient}.</>;
    case "rendering":
      return <>Setting the PDF for {recipient}.</>;
    case "sending":
      return <>On its way to {recipient}.</>;
    case "sent":
      return (
        <>
          Mailed to {recipient}
          {delivery.sent_at ? (
            <>
              , <DateTimeText value={delivery.sent_at} />
            </>
          ) : null}
        </>
      );
    case "failed":
      return (
        <div className="border-l-2 border-overdue bg-overdue-soft px-3 py-2 text-ink">
          <p>It could not be mailed to {recipient}. The invoice itself is safe.</p>
          {delivery.error ? <p className="mt-1 wrap-anywhere">{delivery.error}</p> : null}
        </div>
      );
  }
}
