import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { SessionGate } from "@/components/layout/session-gate";
import type { AuditEntry } from "@/openapi/types.gen";
import { auditEntryOf, meWith } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { TeamAuditLog } from "./team-audit-log";

vi.mock("next/navigation", () => ({
  usePathname: () => window.location.pathname,
  useSearchParams: () => new URLSearchParams(window.location.search),
  useRouter: () => ({ push: vi.fn(), replace: vi.fn() }),
  notFound: vi.fn(),
}));

let asked: URLSearchParams[] = [];

function answerWith(...items: AuditEntry[]) {
  server.use(
    http.get("*/api/audit-log", ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return HttpResponse.json({ items, next_cursor: null });
    }),
  );
}

function renderPage(address = "/settings/audit-log") {
  window.history.replaceState(null, "", address);
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <TeamAuditLog />
    </SessionGate>,
  );
}

beforeEach(() => {
  asked = [];
  server.use(http.get("*/api/me", () => HttpResponse.json(meWith("audit:read"))));
});

test("an entry is a sentence that opens to the difference, field by field", async () => {
  answerWith(
    auditEntryOf({
      fields: [
        { field: "payment_terms_days", before: 14, after: 30 },
        { field: "password_hash", before: "•••", after: "•••" },
      ],
    }),
  );
  const { user } = renderPage();
  const table = await screen.findByRole("table");
  await user.click(within(table).getByRole("button", { name: "Mara Lindqvist changed a customer" }));
  const row = within(table).getByRole("row", { name: "Payment terms days 14 30" });
  expect(row).toBeVisible();
  expect(within(table).getAllByText("a secret, not kept here")).toHaveLength(2);
});

test("what one request changed is one line, about the invoice, that opens to every entry", async () => {
  const request = { request_id: "r1", action: "issue_invoice", actor_id: "1" };
  answerWith(
    auditEntryOf({ sequence: 4, request_id: "r2" }),
    auditEntryOf({ ...request, sequence: 3, target_type: "number_series", target_name: null }),
    auditEntryOf({ ...request, sequence: 2, target_type: "invoice", target_name: "AN-0007" }),
    auditEntryOf({ sequence: 1, request_id: null }),
  );
  const { user } = renderPage();
  const table = await screen.findByRole("table");
  expect(within(table).getAllByRole("button")).toHaveLength(3);
  expect(within(table).getByText("Changed, with 1 more entry")).toBeVisible();
  await user.click(within(table).getByRole("button", { name: "Mara Lindqvist issued an invoice" }));
  const [series, invoice] = within(table).getAllByRole("listitem");
  expect(series).toHaveTextContent("Number series · Changed");
  expect(invoice).toHaveTextContent("Invoice AN-0007 · Changed");
});

test("who acts as somebody else is named, and what nobody knows yet is still a sentence", async () => {
  answerWith(
    auditEntryOf({ impersonator_id: "9", impersonator_name: "Ada Berg" }),
    auditEntryOf({ sequence: 2, actor_id: null, actor_name: null, action: "fold_paper_planes" }),
    auditEntryOf({ sequence: 3, actor_id: null, actor_name: null, action: "litestar demo seed" }),
  );
  renderPage();
  const table = await screen.findByRole("table");
  expect(within(table).getByText("Ada Berg, as Mara Lindqvist, changed a customer")).toBeVisible();
  expect(within(table).getByText("Quittance did “fold paper planes”")).toBeVisible();
  expect(within(table).getByText("Quittance ran the command “litestar demo seed”")).toBeVisible();
});

test("the address decides what is listed and what the file holds", async () => {
  answerWith();
  renderPage("/settings/audit-log?search=mara&kind=invoice&change=deleted&actor=nobody");
  expect(await screen.findByText("No entry matches")).toBeVisible();
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({
    search: "mara",
    target_type: "invoice",
    change: "deleted",
  });
  expect(screen.getByRole("link", { name: "Download as CSV" })).toHaveAttribute(
    "href",
    "/api/audit-log/export?search=mara&target_type=invoice&change=deleted",
  );
});

test("choosing days writes them into the address and asks for whole days of the reader's own", async () => {
  answerWith();
  renderPage("/settings/audit-log?from=2026-11-01&until=2026-11-02");
  expect(await screen.findByText("No entry matches")).toBeVisible();
  expect(asked[0]?.get("occurred_from")).toBe(new Date("2026-11-01T00:00:00").toISOString());
  expect(asked[0]?.get("occurred_until")).toBe(new Date("2026-11-03T00:00:00").toISOString());
});

test("a role that may not read it is told so", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  server.use(
    http.get("*/api/me", () => HttpResponse.json(meWith())),
    http.get("*/api/audit-log", () =>
      problemResponse({
        status: 403,
        slug: "missing-permission",
        detail: "Your role does not include audit:read.",
      }),
    ),
  );
  renderPage();
  expect(await screen.findByText("Not yours to see")).toBeVisible();
  expect(screen.queryByRole("link", { name: "Download as CSV" })).toBeNull();
});
