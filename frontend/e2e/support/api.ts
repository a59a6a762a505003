import { expect, type APIRequestContext } from "@playwright/test";

import type { Customer, Invoice, InvoicePage } from "@/openapi/types.gen";

import { newcomer } from "./accounts";
import { linkMailedTo } from "./mailbox";

const headers = { "X-Requested-With": "quittance", "Sec-Fetch-Site": "same-origin" };

async function send<Answer>(
  request: APIRequestContext,
  method: "POST" | "PATCH",
  path: string,
  data: object,
): Promise<Answer> {
  const response = await request.fetch(`/api${path}`, { method, data, headers });
  expect(response.ok(), `${method} ${path}: ${await response.text()}`).toBe(true);
  return (await response.json()) as Answer;
}

export async function listInvoices(request: APIRequestContext, query = ""): Promise<InvoicePage["items"]> {
  const response = await request.get(`/api/invoices${query}`);
  expect(response.ok()).toBe(true);
  return ((await response.json()) as InvoicePage).items;
}

/** A team of its own with one issued invoice, for journeys that start in the middle; signs the context in. */
export async function teamWithInvoice(request: APIRequestContext): Promise<Invoice> {
  const { name, email, password } = newcomer("Ines Aubert");
  await send(request, "POST", "/auth/sign-up", { name, email, password, team_name: "Atelier Aubert" });
  const link = await linkMailedTo(request, email, "/verify-email");
  await send(request, "POST", "/auth/verify-email", { token: link.split("#token=")[1], password });
  await send(request, "PATCH", "/team", {
    seller: { legal_name: "Atelier Aubert", address_line_1: "Rue Basse 4", city: "Lyon", country_code: "FR" },
  });
  const customer = await send<Customer>(request, "POST", "/customers", {
    name: "Maison Fleur",
    email: `compta.${email}`,
    country_code: "FR",
    currency: "EUR",
  });
  const draft = await send<Invoice>(request, "POST", "/invoices", {
    customer_id: customer.id,
    currency: "EUR",
    lines: [
      {
        description: "Binding of a ledger",
        quantity: "2",
        unit_code: "C62",
        unit_price: "120.00",
        tax_category: "S",
        tax_rate: "20",
      },
    ],
  });
  return send<Invoice>(request, "POST", `/invoices/${draft.id}/issue`, {});
}
