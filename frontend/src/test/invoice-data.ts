import type {
  Delivery,
  Invoice,
  InvoiceEvent,
  InvoiceSummary,
  Payment,
  Permission,
} from "@/openapi/types.gen";

import { customerOf, teamOf } from "./fixtures";

export const everyPermission: readonly Permission[] = [
  "customers:read",
  "customers:write",
  "invoices:read",
  "invoices:write",
  "invoices:issue",
  "invoices:void",
  "payments:read",
  "payments:write",
  "team:read",
  "team:write",
];
export const readOnly = everyPermission.filter((permission) => permission.endsWith(":read"));

export const team = teamOf();

export const fjord = customerOf({
  id: "c1",
  name: "Fjord Outdoor AS",
  city: "Bergen",
  country_code: "NO",
  currency: "NOK",
  payment_terms_days: 30,
});

export const delivered: Delivery = {
  state: "sent",
  recipient: "faktura@fjord.example",
  sent_at: "2026-11-20T10:00:05Z",
  error: null,
  updated_at: "2026-11-20T10:00:05Z",
};

export const openInvoice: Invoice = {
  id: "i1",
  number: "AN-2026-0007",
  status: "open",
  customer_id: "c1",
  currency: "EUR",
  issue_date: "2026-11-20",
  due_date: "2026-12-20",
  payment_terms_days: 30,
  note: "Thank you",
  buyer_reference: "",
  purchase_order_reference: "PO-12",
  lines: [
    {
      id: "l1",
      position: 1,
      description: "Concept and layout",
      quantity: "10",
      unit_code: "HUR",
      unit_price: "100.00",
      tax_category: "S",
      tax_rate: "19",
      net_amount: "1000.00",
    },
  ],
  tax_breakdown: [{ tax_category: "S", tax_rate: "19", taxable_amount: "1000.00", tax_amount: "190.00" }],
  net_amount: "1000.00",
  tax_amount: "190.00",
  gross_amount: "1190.00",
  paid_amount: "0.00",
  amount_due: "1190.00",
  seller: null,
  buyer: {
    name: "Fjord Outdoor AS",
    address_line_1: "Bryggen 3",
    address_line_2: "",
    postal_code: "5003",
    city: "Bergen",
    country_code: "NO",
    vat_identifier: "",
    email: "faktura@fjord.example",
  },
  delivery: delivered,
  has_pdf: true,
  issued_at: "2026-11-20T10:00:00Z",
  voided_at: null,
  void_reason: null,
  created_at: "2026-11-20T09:00:00Z",
  updated_at: "2026-11-20T10:00:05Z",
};

export const draftInvoice: Invoice = {
  ...openInvoice,
  number: null,
  status: "draft",
  issue_date: null,
  due_date: null,
  delivery: null,
  has_pdf: false,
  issued_at: null,
};

export const summary: InvoiceSummary = {
  id: "i1",
  number: "AN-2026-0007",
  status: "open",
  customer_id: "c1",
  customer_name: "Fjord Outdoor AS",
  issue_date: "2026-11-20",
  due_date: "2026-12-20",
  currency: "EUR",
  gross_amount: "1190.00",
  amount_due: "1190.00",
  created_at: "2026-11-20T09:00:00Z",
};

export const payment: Payment = {
  id: "p1",
  invoice_id: "i1",
  invoice_number: "AN-2026-0007",
  customer_name: "Fjord Outdoor AS",
  amount: "500.00",
  currency: "EUR",
  paid_on: "2026-11-21",
  method: "bank_transfer",
  note: "",
  recorded_by_name: "Mara Lindqvist",
  created_at: "2026-11-21T09:00:00Z",
  reversed_at: null,
  reversal_reason: null,
};

export const invoiceEvent = (
  kind: InvoiceEvent["kind"],
  detail: InvoiceEvent["detail"] = {},
  actorName: string | null = "Mara",
): InvoiceEvent => ({
  id: `${kind} ${JSON.stringify(detail)}`,
  kind,
  occurred_at: "2026-11-20T10:00:00Z",
  actor_name: actorName,
  detail,
});
