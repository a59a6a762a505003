import { act, screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { SessionGate } from "@/components/layout/session-gate";
import { receiveTeamEvent } from "@/lib/live-events";
import type { Invoice, PaymentCreate } from "@/openapi/types.gen";
import { meWith } from "@/test/fixtures";
import {
  delivered,
  draftInvoice,
  everyPermission,
  invoiceEvent,
  openInvoice,
  payment,
  readOnly,
} from "@/test/invoice-data";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { InvoiceDetail } from "./invoice-detail";

const router = vi.hoisted(() => ({ push: vi.fn(), replace: vi.fn() }));
const notFound = vi.hoisted(() => vi.fn());
vi.mock("next/navigation", () => ({
  useRouter: () => router,
  usePathname: () => "/invoices/i1",
  notFound,
}));

beforeEach(() => {
  router.replace.mockReset();
  // jsdom has no layout: as on a phone, where the document is a summary.
  window.matchMedia = (query) =>
    ({
      matches: false,
      media: query,
      addEventListener() {},
      removeEventListener() {},
    }) as unknown as MediaQueryList;
});

function answer(invoice: Invoice, payments = [] as unknown[]) {
  server.use(
    http.get("*/api/invoices/i1", () => HttpResponse.json(invoice)),
    http.get("*/api/invoices/i1/timeline", () =>
      HttpResponse.json({ items: [invoiceEvent("invoice.created")] }),
    ),
    http.get("*/api/invoices/i1/payments", () => HttpResponse.json({ items: payments })),
  );
}

function renderDetail(permissions = everyPermission) {
  server.use(http.get("*/api/me", () => HttpResponse.json(meWith(...permissions))));
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <QueryBoundary skeleton={<p>Loading</p>}>
        <InvoiceDetail />
      </QueryBoundary>
    </SessionGate>,
  );
}

const heading = () => screen.findByRole("heading", { level: 1 });

test("an open invoice says what is due, and offers to record it", async () => {
  answer(openInvoice);
  renderDetail();
  expect(await heading()).toHaveTextContent("AN-2026-0007");
  expect(screen.getByRole("region", { name: "Balance" })).toHaveTextContent("Amount due");
  expect(screen.getByRole("region", { name: "Balance" })).toHaveTextContent("1,190.00");
  expect(screen.getByRole("button", { name: "Record payment" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Send again" })).toBeVisible();
  expect(screen.queryByRole("link", { name: "Edit" })).toBeNull();
  // Once in the header for wide screens, once under the summary.
  for (const link of screen.getAllByRole("link", { name: "Open PDF" }))
    expect(link).toHaveAttribute("href", "/api/invoices/i1/pdf");
});

test("a reader sees the story and no button that changes it", async () => {
  answer(openInvoice, [payment]);
  renderDetail(readOnly);
  await heading();
  expect(await screen.findByText("Draft written by Mara")).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
});

test("issuing says what becomes final, and why it was refused", async () => {
  answer(draftInvoice);
  server.use(
    http.post("*/api/invoices/i1/issue", () =>
      problemResponse({ status: 409, slug: "buyer-incomplete", detail: "Fjord has no e-mail address." }),
    ),
  );
  const { user } = renderDetail();
  await heading();
  expect(screen.queryByText("Payments")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Issue invoice" }));
  const dialog = await screen.findByRole("dialog", { name: "Issue this invoice?" });
  expect(dialog).toHaveAccessibleDescription(/gets its number/);
  await user.click(within(dialog).getByRole("button", { name: "Issue invoice" }));
  expect(await within(dialog).findByText("Fjord has no e-mail address.")).toBeVisible();
  expect(within(dialog).getByRole("link", { name: "Complete the customer" })).toHaveAttribute(
    "href",
    "/customers/c1/edit",
  );
});

test("a deleted draft leads back to the list", async () => {
  answer(draftInvoice);
  let isDeleted = false;
  server.use(
    http.delete("*/api/invoices/i1", () => {
      isDeleted = true;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderDetail();
  await heading();
  await user.click(screen.getByRole("button", { name: "More" }));
  await user.click(await screen.findByRole("menuitem", { name: "Delete draft" }));
  await user.click(await screen.findByRole("button", { name: "Delete draft" }));
  await waitFor(() => expect(router.replace).toHaveBeenCalledExactlyOnceWith("/invoices"));
  expect(isDeleted).toBe(true);
});

test("voiding needs a reason", async () => {
  answer(openInvoice);
  let reason: unknown = null;
  server.use(
    http.post("*/api/invoices/i1/void", async ({ request }) => {
      reason = await request.json();
      const voided = {
        ...openInvoice,
        status: "void",
        voided_at: "2026-11-22T10:00:00Z",
        void_reason: "Twice",
      };
      return HttpResponse.json(voided);
    }),
  );
  const { user } = renderDetail();
  await heading();
  await user.click(screen.getByRole("button", { name: "More" }));
  await user.click(await screen.findByRole("menuitem", { name: "Void invoice" }));
  const dialog = await screen.findByRole("dialog", { name: "Void invoice AN-2026-0007?" });
  await user.click(within(dialog).getByRole("button", { name: "Void invoice" }));
  const field = within(dialog).getByRole("textbox", { name: "Why is it void?" });
  expect(field).toBeInvalid();
  expect(reason).toBeNull();
  await user.type(field, "Twice");
  await user.click(within(dialog).getByRole("button", { name: "Void invoice" }));
  expect(await screen.findByText("Cancelled")).toBeVisible();
  expect(reason).toEqual({ reason: "Twice" });
  expect(screen.queryByRole("button", { name: "Record payment" })).toBeNull();
});

test("a failed delivery shows its reason and can be sent again", async () => {
  answer({
    ...openInvoice,
    delivery: { ...delivered, state: "failed", error: "Mailbox full", sent_at: null },
  });
  const queued = { ...openInvoice, delivery: { ...delivered, state: "queued", sent_at: null } };
  server.use(http.post("*/api/invoices/i1/send", () => HttpResponse.json(queued)));
  const { user } = renderDetail();
  expect(await screen.findByText("Mailbox full")).toBeVisible();
  answer(queued as Invoice);
  await user.click(screen.getByRole("button", { name: "Send again" }));
  expect(await screen.findByText(/Waiting to be sent/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Send again" })).toBeNull();
});

test("the page follows the worker by itself", async () => {
  answer({ ...openInvoice, delivery: { ...delivered, state: "rendering", sent_at: null } });
  const { queryClient } = renderDetail();
  expect(await screen.findByText(/Setting the PDF/)).toBeVisible();
  answer(openInvoice);
  act(() => receiveTeamEvent(queryClient, JSON.stringify({ kind: "invoice.sent" })));
  expect(await screen.findByText(/Mailed to/)).toBeVisible();
  expect(screen.getByText("Sent").closest("li")).toHaveAttribute("aria-current", "step");
});

test("an unknown invoice is the not-found page", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const missing = () =>
    problemResponse({ status: 404, slug: "invoice-not-found", detail: "No such invoice." });
  server.use(
    http.get("*/api/invoices/i1", missing),
    http.get("*/api/invoices/i1/timeline", missing),
    http.get("*/api/invoices/i1/payments", missing),
  );
  renderDetail();
  await waitFor(() => expect(notFound).toHaveBeenCalled());
});

test("a payment starts with what is due, and a part of it is sent with the currency's decimals", async () => {
  answer(openInvoice);
  let recorded: PaymentCreate | null = null;
  server.use(
    http.post("*/api/invoices/i1/payments", async ({ request }) => {
      recorded = (await request.json()) as PaymentCreate;
      return HttpResponse.json(payment, { status: 201 });
    }),
  );
  const { user } = renderDetail();
  await heading();
  await user.click(screen.getByRole("button", { name: "Record payment" }));
  const amount = await screen.findByRole("textbox", { name: "Amount in EUR" });
  expect(amount).toHaveValue("1190.00");
  await user.clear(amount);
  await user.type(amount, "500");
  const partlyPaid = {
    ...openInvoice,
    status: "partially_paid" as const,
    paid_amount: "500.00",
    amount_due: "690.00",
  };
  answer(partlyPaid, [payment]);
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Record payment" }));
  expect(await screen.findByText("Partly paid")).toBeVisible();
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(recorded).toMatchObject({ amount: "500.00", method: "bank_transfer", note: "" });
});

test("a payment above the balance, or on a wrong day, is said at its field", async () => {
  answer(openInvoice);
  const { user } = renderDetail();
  await heading();
  await user.click(screen.getByRole("button", { name: "Record payment" }));
  const amount = await screen.findByRole("textbox", { name: "Amount in EUR" });
  const submit = within(screen.getByRole("dialog")).getByRole("button", { name: "Record payment" });

  await user.clear(amount);
  await user.type(amount, "1,190");
  await user.click(submit);
  await waitFor(() => expect(amount).toHaveAccessibleDescription("Write an amount above 0, like 120.00."));

  const refuse = (init: Parameters<typeof problemResponse>[0]) =>
    server.use(http.post("*/api/invoices/i1/payments", () => problemResponse(init)));
  refuse({ status: 409, slug: "payment-exceeds-balance", detail: "Only 1190.00 EUR is still due." });
  await user.clear(amount);
  await user.type(amount, "2000");
  await user.click(submit);
  await waitFor(() => expect(amount).toHaveAccessibleDescription("Only 1190.00 EUR is still due."));

  refuse({
    status: 422,
    slug: "validation",
    detail: "Check the fields.",
    errors: [{ path: "paid_on", detail: "A payment cannot lie in the future." }],
  });
  await user.clear(amount);
  await user.type(amount, "10");
  await user.click(submit);
  await waitFor(() =>
    expect(screen.getByLabelText("Received on")).toHaveAccessibleDescription(
      "A payment cannot lie in the future.",
    ),
  );
  expect(amount).toHaveValue("10");
});

test("a payment is reversed with a reason, and stays struck through", async () => {
  answer({ ...openInvoice, status: "partially_paid", paid_amount: "500.00", amount_due: "690.00" }, [
    payment,
  ]);
  const reversed = { ...payment, reversed_at: "2026-11-22T10:00:00Z", reversal_reason: "Bounced" };
  server.use(http.post("*/api/payments/p1/reverse", () => HttpResponse.json(reversed)));
  const { user } = renderDetail();
  await user.click(await screen.findByRole("button", { name: /Reverse the payment of 500.00/ }));
  const dialog = await screen.findByRole("dialog", { name: "Reverse this payment?" });
  await user.type(within(dialog).getByRole("textbox"), "Bounced");
  answer(openInvoice, [reversed]);
  await user.click(within(dialog).getByRole("button", { name: "Reverse payment" }));
  expect(await screen.findByText("Reversed: Bounced")).toBeVisible();
  expect(screen.queryByRole("button", { name: /Reverse the payment/ })).toBeNull();
});
