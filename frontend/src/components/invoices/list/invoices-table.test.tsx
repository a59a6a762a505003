import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { SessionGate } from "@/components/layout/session-gate";
import { meWith } from "@/test/fixtures";
import { everyPermission, readOnly, summary } from "@/test/invoice-data";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { NewInvoiceButton } from "../new-invoice-button";
import { InvoiceFilters } from "./invoice-filters";
import { InvoicesTable } from "./invoices-table";

const address = vi.hoisted(() => ({ search: "" }));
vi.mock("next/navigation", () => ({
  usePathname: () => "/invoices",
  useSearchParams: () => new URLSearchParams(address.search),
  notFound: vi.fn(),
}));

const asked: URLSearchParams[] = [];

function answer(items: unknown[], nextCursor: string | null = null) {
  server.use(
    http.get("*/api/invoices", ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return HttpResponse.json({ items, next_cursor: nextCursor });
    }),
  );
}

function renderList(permissions = everyPermission) {
  server.use(http.get("*/api/me", () => HttpResponse.json(meWith(...permissions))));
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <NewInvoiceButton />
      <InvoiceFilters />
      <QueryBoundary skeleton={<p>Loading</p>} errorTitle="The invoices could not be loaded">
        <InvoicesTable />
      </QueryBoundary>
    </SessionGate>,
  );
}

beforeEach(() => {
  asked.length = 0;
  address.search = "";
});

test("a row shows the invoice and leads to it", async () => {
  answer([summary]);
  renderList();
  const table = await screen.findByRole("table", { name: "Invoices" });
  const row = within(table).getByRole("row", { name: /AN-2026-0007/ });
  expect(row).toHaveTextContent("Fjord Outdoor AS");
  expect(row).toHaveTextContent("1,190.00EUR");
  expect(within(row).getByRole("link")).toHaveAttribute("href", "/invoices/i1");
});

test("the filters of the address are what the server is asked for", async () => {
  address.search = "status=overdue&search=fjord";
  answer([{ ...summary, status: "overdue" }]);
  renderList();
  await screen.findByRole("table", { name: "Invoices" });
  expect(asked[0]?.get("status")).toBe("overdue");
  expect(asked[0]?.get("search")).toBe("fjord");
  expect(screen.getByRole("link", { name: "Overdue" })).toHaveAttribute("aria-current", "true");
  expect(screen.getByRole("link", { name: "Paid" })).toHaveAttribute(
    "href",
    "/invoices?search=fjord&status=paid",
  );
});

test("a team without invoices is told what to do first", async () => {
  answer([]);
  renderList();
  expect(await screen.findByRole("link", { name: "Write your first invoice" })).toHaveAttribute(
    "href",
    "/invoices/new",
  );
});

test("a reader sees no button that writes", async () => {
  answer([]);
  renderList(readOnly);
  await screen.findByText("No invoices yet");
  expect(screen.queryByRole("link", { name: /invoice/i })).toBeNull();
});

test("when nothing matches, the filters can be cleared", async () => {
  address.search = "status=paid";
  answer([]);
  renderList();
  await screen.findByText("No invoice matches");
  expect(screen.getByRole("link", { name: "Clear filters" })).toHaveAttribute("href", "/invoices");
});

test("an error says so and tries again", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  server.use(
    http.get("*/api/invoices", () =>
      problemResponse({ status: 503, slug: "unavailable", detail: "The database did not answer." }),
    ),
  );
  const { user } = renderList();
  expect(await screen.findByText("The invoices could not be loaded")).toBeVisible();
  answer([summary]);
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("table", { name: "Invoices" })).toBeVisible();
});

test("more rows follow by cursor", async () => {
  answer([summary], "after-i1");
  const { user } = renderList();
  const more = await screen.findByRole("button", { name: "Show more" });
  answer([{ ...summary, id: "i0", number: "AN-2026-0006" }]);
  await user.click(more);
  expect((await screen.findAllByRole("link", { name: "AN-2026-0006" })).length).toBeGreaterThan(0);
  expect(asked.map((query) => query.get("cursor"))).toEqual([null, "after-i1"]);
  expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
});
