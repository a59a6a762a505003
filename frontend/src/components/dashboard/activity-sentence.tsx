import Link from "next/link";
import type { ReactNode } from "react";

import { formatMoney } from "@/lib/format";
import type { TeamEvent } from "@/openapi/types.gen";

/** One event as a sentence with its link; null for what a newer server says and this page does not know. */
export function sentenceOf(event: TeamEvent): ReactNode {
  const who = event.actor_name ?? "Quittance";
  const text = (key: string) => {
    const value = event.detail[key];
    return typeof value === "string" ? value : "";
  };
  const customer = text("customer_name");
  const recipient = text("recipient");
  const amount = moneyOf(text("amount"), text("currency"));
  const invoice = <InvoiceLink id={event.subject_id}>{text("number") || "a draft"}</InvoiceLink>;

  switch (event.kind) {
    case "invoice.created":
      return (
        <>
          {who} wrote <InvoiceLink id={event.subject_id}>a draft</InvoiceLink> for {customer}
        </>
      );
    case "invoice.issued":
      return (
        <>
          {who} issued {invoice} to {customer}: {amount}
        </>
      );
    case "invoice.queued":
    case "invoice.rendering":
    case "invoice.rendered":
      return (
        <>
          {invoice} is on its way to {customer}
        </>
      );
    case "invoice.sent":
      return (
        <>
          {invoice} was mailed to {customer || recipient}
        </>
      );
    case "invoice.failed":
      return (
        <>
          {invoice} <span className="text-overdue">could not be mailed</span> to {customer || recipient}
        </>
      );
    case "invoice.overdue":
      return (
        <>
          {invoice} to {customer} became <span className="text-overdue">overdue</span>
        </>
      );
    case "invoice.voided":
      return (
        <>
          {who} voided {invoice} to {customer}
        </>
      );
    case "payment.recorded":
      return (
        <>
          {customer} paid {amount} on {invoice}
        </>
      );
    case "payment.reversed":
      return (
        <>
          {who} reversed a payment of {amount} on {invoice}
        </>
      );
    case "customer.created":
      return (
        <>
          {who} added <CustomerLink id={event.subject_id}>{customer}</CustomerLink>
        </>
      );
    case "customer.archived":
      return (
        <>
          {who} archived <CustomerLink id={event.subject_id}>{customer}</CustomerLink>
        </>
      );
    case "member.joined":
      return <>{text("name")} joined the team</>;
    case "member.role_changed":
      return (
        <>
          {who} gave {text("name")} the role of {text("role")}
        </>
      );
    case "member.left":
      return <>{text("name")} left the team</>;
    case "member.removed":
      return (
        <>
          {who} removed {text("name")} from the team
        </>
      );
    case "team.deletion_requested":
      return (
        <>
          {who} asked for the team <span className="text-overdue">to be deleted</span>
        </>
      );
    case "team.deletion_cancelled":
      return <>{who} kept the team: it will not be deleted</>;
    default:
      return null;
  }
}

function moneyOf(amount: string, currency: string): ReactNode {
  if (!amount || !currency) return null;
  return <span className="whitespace-nowrap figures">{formatMoney(amount, currency)}</span>;
}

type LinkProps = { id: string; children: ReactNode };

function InvoiceLink({ id, children }: LinkProps) {
  return (
    <Link href={`/invoices/${id}`} className="font-semibold whitespace-nowrap figures hover:underline">
      {children}
    </Link>
  );
}

function CustomerLink({ id, children }: LinkProps) {
  return (
    <Link href={`/customers/${id}`} className="font-semibold hover:underline">
      {children}
    </Link>
  );
}
