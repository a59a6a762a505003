import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { localIsoDate } from "@/lib/format";
import { getMeQueryKey } from "@/openapi/@tanstack/react-query.gen";
import type { Dashboard as DashboardData, InvoiceSummary, TeamEvent } from "@/openapi/types.gen";
import { problemResponse } from "@/test/problems";
import { meWith } from "@/test/fixtures";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { Dashboard } from "./dashboard";

vi.mock("next/navigation", () => ({ notFound: vi.fn() }));

const me = meWith("invoices:write");

const euros = {
  currency: "EUR",
  outstanding_amount: "4500.10",
  outstanding_count: 2,
  overdue_amount: "0.00",
  overdue_count: 0,
  paid_this_month_amount: "119.00",
  draft_count: 0,
};
const months = ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11"].map((month, index) => ({
  month,
  currency: "EUR",
  invoiced_amount: `${index}00.00`,
  paid_amount: "50.00",
}));

function event(id: string, kind: string, subjectId: string, detail: TeamEvent["detail"]): TeamEvent {
  return {
    id,
    kind,
    subject_type: kind.startsWith("customer") ? "customer" : "invoice",
    subject_id: subjectId,
    occurred_at: new Date().toISOString(),
    actor_name: "Mara Lindqvist",
    detail,
  };
}

function overdueInvoice(id: string, daysLate: number): InvoiceSummary {
  const due = localIsoDate(new Date(Date.now() - daysLate * 24 * 60 * 60 * 1000));
  return {
    id,
    number: `AN-${id}`,
    status: "overdue",
    customer_id: "c",
    customer_name: "Galerie Lumen",
    issue_date: due,
    due_date: due,
    currency: "EUR",
    gross_amount: "200.00",
    amount_due: "80.50",
    created_at: `${due}T09:00:00Z`,
  };
}

let overdueRequest: URLSearchParams;

beforeEach(() => {
  overdueRequest = new URLSearchParams();
});

function show(dashboard: Partial<DashboardData>, overdue: InvoiceSummary[] = []) {
  server.use(
    http.get("*/api/dashboard", () =>
      HttpResponse.json({ totals: [euros], monthly: months, activity: [], ...dashboard }),
    ),
    http.get("*/api/invoices", ({ request }) => {
      overdueRequest = new URL(request.url).searchParams;
      return HttpResponse.json({ items: overdue, next_cursor: null });
    }),
  );
  const view = renderWithQueries(
    <QueryBoundary skeleton={<p>Loading</p>}>
      <Dashboard />
    </QueryBoundary>,
  );
  view.queryClient.setQueryData(getMeQueryKey(), me);
  return view;
}

function figure(label: string) {
  return screen.getByText(label, { selector: "dt" }).parentElement;
}

test("says what is owed, and that nothing is late", async () => {
  show({});
  expect(await screen.findByText("Outstanding")).toBeVisible();
  expect(figure("Outstanding")).toHaveTextContent("4,500.10EURon 2 invoices");
  expect(figure("Overdue")).toHaveTextContent("Nothing is late");
  expect(screen.queryByRole("link", { name: /overdue/ })).not.toBeInTheDocument();
  expect(screen.getByText(/^Nothing\. No invoice is overdue/)).toBeVisible();
});

test("lists the overdue ones, the longest first, with what is still due", async () => {
  show({ totals: [{ ...euros, overdue_amount: "161.00", overdue_count: 7, draft_count: 1 }] }, [
    overdueInvoice("0013", 27),
    overdueInvoice("0015", 1),
  ]);
  const toDo = within(await screen.findByRole("region", { name: "What to do now" }));
  const [first, second, drafts] = toDo.getAllByRole("listitem");
  expect(first).toHaveTextContent(/Galerie Lumen80\.50EURAN-001327 days overdue/);
  expect(second).toHaveTextContent("1 day overdue");
  expect(drafts).toHaveTextContent("1 draft");
  expect(toDo.getByRole("link", { name: "All 7 overdue" })).toHaveAttribute(
    "href",
    "/invoices?status=overdue",
  );
  expect(overdueRequest.get("sort")).toBe("due_date");
  expect(overdueRequest.get("status")).toBe("overdue");
});

test("tells another currency in a line of its own, and leaves out one without news", async () => {
  show({
    totals: [
      euros,
      {
        ...euros,
        currency: "JPY",
        outstanding_amount: "145500",
        overdue_count: 0,
        paid_this_month_amount: "0",
      },
      {
        ...euros,
        currency: "NOK",
        outstanding_amount: "0.00",
        outstanding_count: 0,
        paid_this_month_amount: "0.00",
      },
    ],
  });
  expect(await screen.findByText(/^Also 145,500\sJPY outstanding, 0\sJPY paid this month$/)).toBeVisible();
  expect(screen.queryByText(/NOK/)).not.toBeInTheDocument();
});

test("the chart's figures can be read as a table", async () => {
  show({});
  const table = await screen.findByRole("table", { name: /Invoiced and paid in the last 6 months, in EUR/ });
  expect(within(table).getAllByRole("row")).toHaveLength(7);
  expect(within(table).getByRole("row", { name: /Nov/ })).toHaveTextContent(/^Nov500\.00\sEUR50\.00\sEUR$/);
});

test("of an invoice's way to the mailbox only the last step is told", async () => {
  const detail = { number: "AN-0019", customer_name: "Café Helle", recipient: "a@b.example" };
  show({
    activity: [
      event("4", "invoice.sent", "i", detail),
      event("3", "invoice.rendered", "i", detail),
      event("2", "invoice.rendering", "i", detail),
      event("1", "customer.created", "c", { customer_name: "Café Helle" }),
      event("0", "weather.changed", "w", {}),
    ],
  });
  const activity = within(await screen.findByRole("region", { name: "Recent activity" }));
  expect(activity.getAllByRole("listitem")).toHaveLength(2);
  expect(activity.getByText(/was mailed to Café Helle/)).toBeVisible();
  expect(activity.getByRole("link", { name: "AN-0019" })).toHaveAttribute("href", "/invoices/i");
  expect(activity.getByRole("link", { name: "Café Helle" })).toHaveAttribute("href", "/customers/c");
});

test("who came, changed role and asked for the team's end is told", async () => {
  show({
    activity: [
      event("3", "team.deletion_requested", "t", {}),
      event("2", "member.role_changed", "m", { name: "Ida Berg", role: "admin" }),
      event("1", "member.joined", "m", { name: "Ida Berg", role: "member" }),
    ],
  });
  const activity = within(await screen.findByRole("region", { name: "Recent activity" }));
  const sentences = activity.getAllByRole("listitem").map((item) => item.textContent);
  expect(sentences[0]).toMatch(/asked for the team to be deleted/);
  expect(sentences[1]).toMatch(/gave Ida Berg the role of admin/);
  expect(sentences[2]).toMatch(/Ida Berg joined the team/);
});

test("a new team is shown its next step, with one button", async () => {
  server.use(
    http.get("*/api/team", () =>
      HttpResponse.json({
        seller: { legal_name: "Nord GmbH", address_line_1: "Weg 1", city: "Berlin", country_code: "DE" },
      }),
    ),
    http.get("*/api/customers", () => HttpResponse.json({ items: [], next_cursor: null })),
  );
  show({ totals: [], monthly: [] });
  const link = await screen.findByRole("link");
  expect(link).toHaveTextContent("Add your first customer");
  expect(link).toHaveAttribute("href", "/customers/new");
  expect(screen.getByRole("img", { name: "Done" })).toBeVisible();
});

test("a failure can be tried again", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { user } = show({});
  server.use(
    http.get(
      "*/api/dashboard",
      () => problemResponse({ status: 503, slug: "unavailable", detail: "The database is away." }),
      { once: true },
    ),
  );
  await user.click(await screen.findByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Outstanding")).toBeVisible();
});
