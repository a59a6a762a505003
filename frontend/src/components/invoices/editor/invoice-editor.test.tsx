import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { SessionGate } from "@/components/layout/session-gate";
import type { InvoiceCalculate, InvoiceDraft } from "@/openapi/types.gen";
import { meWith } from "@/test/fixtures";
import { draftInvoice, everyPermission, fjord, openInvoice, team } from "@/test/invoice-data";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { InvoiceEditor } from "./invoice-editor";
import { emptyValues, valuesOf } from "./values";

const router = vi.hoisted(() => ({ push: vi.fn() }));
vi.mock("next/navigation", () => ({ useRouter: () => router }));

const calculated: InvoiceCalculate[] = [];
const saved: InvoiceDraft[] = [];

/** Stands in for the server's calculation: one net per line, any figures will do. */
function answerCalculations() {
  server.use(
    http.post("*/api/invoices/calculate", async ({ request }) => {
      const body = (await request.json()) as InvoiceCalculate;
      calculated.push(body);
      const count = body.lines.length;
      return HttpResponse.json({
        currency: body.currency,
        lines: body.lines.map((line) => ({ net_amount: line.quantity === "1.5" ? "150.00" : "1000.00" })),
        tax_breakdown: [],
        net_amount: `${count}00.00`,
        tax_amount: "0.00",
        gross_amount: `${count}00.00`,
      });
    }),
  );
}

beforeEach(() => {
  calculated.length = 0;
  saved.length = 0;
  router.push.mockReset();
  answerCalculations();
  server.use(
    http.get("*/api/customers", () => HttpResponse.json({ items: [fjord], next_cursor: null })),
    http.post("*/api/invoices", async ({ request }) => {
      saved.push((await request.json()) as InvoiceDraft);
      return HttpResponse.json({ ...draftInvoice, id: "new" }, { status: 201 });
    }),
    http.put("*/api/invoices/:id", async ({ request }) => {
      saved.push((await request.json()) as InvoiceDraft);
      return HttpResponse.json(draftInvoice);
    }),
  );
});

async function renderEditor({ isNew = false, permissions = everyPermission } = {}) {
  server.use(http.get("*/api/me", () => HttpResponse.json(meWith(...permissions))));
  const view = renderWithQueries(
    <SessionGate skeleton={null}>
      <a href="/payments">Payments</a>
      <InvoiceEditor
        invoiceId={isNew ? null : "i1"}
        defaultValues={isNew ? emptyValues(team, null) : valuesOf(draftInvoice)}
        customerName={isNew ? "" : "Fjord Outdoor AS"}
        team={team}
      />
    </SessionGate>,
  );
  await screen.findByRole("form", { name: "Invoice" });
  return view;
}

const line = (number: number) => screen.getByRole("listitem", { name: `Line ${String(number)}` });
const field = (number: number, name: string) => within(line(number)).getByRole("textbox", { name });

test("the totals are the server's, asked again when typing settles", async () => {
  const { user } = await renderEditor();
  expect((await screen.findAllByText("100.00")).length).toBeGreaterThan(0);
  await user.clear(field(1, "Quantity"));
  await user.type(field(1, "Quantity"), "1,5");
  expect(await within(line(1)).findByText("150.00")).toBeVisible();
  expect(calculated.at(-1)?.lines[0]).toMatchObject({ quantity: "1.5", unit_price: "100.00" });
  expect(calculated).toHaveLength(2);
});

test("while a line is incomplete the last totals stay, and it says what is missing", async () => {
  const { user } = await renderEditor();
  await screen.findAllByText("100.00");
  await user.click(screen.getByRole("button", { name: "Add line" }));
  expect(await screen.findByText(/1 line not counted yet/)).toBeVisible();
  expect(screen.getAllByText("100.00").length).toBeGreaterThan(0);
});

test("a new line continues as the one above, and takes the focus", async () => {
  const { user } = await renderEditor();
  await user.click(screen.getByRole("button", { name: "Add line" }));
  await waitFor(() => expect(field(2, "Description")).toHaveFocus());
  expect(field(2, "VAT rate")).toHaveValue("19");
  expect(within(line(2)).getByRole("combobox", { name: "Unit" })).toHaveValue("HUR");
});

test("lines move and go by buttons, and the focus goes on where it was", async () => {
  const { user } = await renderEditor();
  await user.click(screen.getByRole("button", { name: "Add line" }));
  await user.type(field(2, "Description"), "Proofs");
  await user.click(screen.getByRole("button", { name: "Move line 2 up" }));
  expect(field(1, "Description")).toHaveValue("Proofs");
  expect(screen.getByRole("button", { name: "Move line 1 up" })).toHaveFocus();
  await user.click(screen.getByRole("button", { name: "Remove line 1" }));
  expect(field(1, "Description")).toHaveValue("Concept and layout");
  expect(field(1, "Description")).toHaveFocus();
  expect(screen.queryByRole("listitem", { name: "Line 2" })).toBeNull();
});

test("choosing a customer brings its currency and terms", async () => {
  const { user } = await renderEditor({ isNew: true });
  expect(screen.getByRole("combobox", { name: "Currency" })).toHaveValue("EUR");
  await user.type(screen.getByRole("combobox", { name: "Customer" }), "fjo");
  await user.click(await screen.findByRole("option", { name: /Fjord Outdoor/ }));
  expect(screen.getByRole("combobox", { name: "Currency" })).toHaveValue("NOK");
  expect(screen.getByRole("textbox", { name: "Payment terms" })).toHaveValue("30");
});

test("a saved draft leads to its page", async () => {
  const { user } = await renderEditor();
  await user.click(screen.getByRole("button", { name: "Save draft" }));
  await waitFor(() => expect(router.push).toHaveBeenCalledExactlyOnceWith("/invoices/i1"));
  expect(saved[0]).toMatchObject({ customer_id: "c1", lines: [{ description: "Concept and layout" }] });
});

test("what the server refuses is said at its field, and nothing is lost", async () => {
  server.use(
    http.put("*/api/invoices/:id", () =>
      problemResponse({
        status: 422,
        slug: "validation",
        detail: "Check the fields.",
        errors: [{ path: "lines[0].quantity", detail: "The quantity is too large." }],
      }),
    ),
  );
  const { user } = await renderEditor();
  await user.type(screen.getByRole("textbox", { name: /Note/ }), " again");
  await user.click(screen.getByRole("button", { name: "Save draft" }));
  await waitFor(() => expect(field(1, "Quantity")).toHaveAccessibleDescription("The quantity is too large."));
  expect(screen.getByRole("textbox", { name: /Note/ })).toHaveValue("Thank you again");
  expect(router.push).not.toHaveBeenCalled();
});

test("leaving with unsaved changes is asked about first", async () => {
  const { user } = await renderEditor();
  await user.type(screen.getByRole("textbox", { name: /Note/ }), "!");
  await user.click(screen.getByRole("link", { name: "Payments" }));
  expect(await screen.findByRole("dialog", { name: "Leave without saving?" })).toBeVisible();
  expect(router.push).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Leave without saving" }));
  expect(router.push).toHaveBeenCalledExactlyOnceWith("/payments");
});

test("issuing is confirmed, saves first, and leads to the invoice", async () => {
  server.use(http.post("*/api/invoices/:id/issue", () => HttpResponse.json(openInvoice)));
  const { user } = await renderEditor();
  await user.click(screen.getByRole("button", { name: "Save and issue" }));
  await screen.findByRole("dialog", { name: "Issue this invoice?" });
  expect(saved).toHaveLength(0);
  await user.click(screen.getByRole("button", { name: "Issue invoice" }));
  await waitFor(() => expect(router.push).toHaveBeenCalledExactlyOnceWith("/invoices/i1"));
  expect(saved).toHaveLength(1);
});

test("a line without words is asked for before issuing", async () => {
  const { user } = await renderEditor();
  await user.clear(field(1, "Description"));
  await user.click(screen.getByRole("button", { name: "Save and issue" }));
  await waitFor(() => expect(field(1, "Description")).toHaveAccessibleDescription("Say what is invoiced."));
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("when issuing is refused after saving, trying again does not make a second draft", async () => {
  server.use(
    http.post("*/api/invoices/:id/issue", () =>
      problemResponse({
        status: 409,
        slug: "seller-incomplete",
        detail: "Missing in your team's settings: city.",
        errors: [{ path: "seller.city", detail: "The city is missing." }],
      }),
    ),
  );
  const { user } = await renderEditor({ isNew: true });
  await user.type(screen.getByRole("combobox", { name: "Customer" }), "fjo");
  await user.click(await screen.findByRole("option", { name: /Fjord Outdoor/ }));
  await user.type(field(1, "Description"), "Workshop");
  await user.type(field(1, "Unit price"), "960");
  await user.click(screen.getByRole("button", { name: "Save and issue" }));
  await user.click(await screen.findByRole("button", { name: "Issue invoice" }));
  expect(await screen.findByText("The city is missing.")).toBeVisible();
  expect(screen.getByRole("link", { name: "Complete your team’s details" })).toHaveAttribute(
    "href",
    "/settings/team",
  );
  let replaced = "";
  server.use(
    http.put("*/api/invoices/:id", ({ params }) => {
      replaced = String(params["id"]);
      return HttpResponse.json({ ...draftInvoice, id: "new" });
    }),
  );
  await user.click(screen.getByRole("button", { name: "Save draft" }));
  await waitFor(() => expect(replaced).toBe("new"));
  expect(saved).toHaveLength(1);
});

test("who may not issue can still save", async () => {
  await renderEditor({ permissions: everyPermission.filter((one) => one !== "invoices:issue") });
  expect(screen.getByRole("button", { name: "Save draft" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Save and issue" })).toBeNull();
});
