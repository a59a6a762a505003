import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { SessionGate } from "@/components/layout/session-gate";
import { customerOf, meWith } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { CustomersPage } from "./customers-page";

vi.mock("next/navigation", () => ({
  usePathname: () => window.location.pathname,
  useSearchParams: () => new URLSearchParams(window.location.search),
  useRouter: () => ({ push: vi.fn(), replace: vi.fn() }),
  notFound: vi.fn(),
}));

let asked: URLSearchParams[] = [];

function answerWith(...pages: { items: ReturnType<typeof customerOf>[]; next_cursor: string | null }[]) {
  server.use(
    http.get("*/api/customers", ({ request }) => {
      const search = new URL(request.url).searchParams;
      asked.push(search);
      return HttpResponse.json(pages[search.has("cursor") ? 1 : 0]);
    }),
  );
}

function renderPage(address = "/customers") {
  window.history.replaceState(null, "", address);
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <CustomersPage />
    </SessionGate>,
  );
}

beforeEach(() => {
  asked = [];
  server.use(http.get("*/api/me", () => HttpResponse.json(meWith("customers:read", "customers:write"))));
});

test("each row is a link to its customer", async () => {
  answerWith({ items: [customerOf()], next_cursor: null });
  renderPage();
  const table = await screen.findByRole("table");
  expect(within(table).getByRole("link", { name: "Café Helle" })).toHaveAttribute(
    "href",
    `/customers/${customerOf().id}`,
  );
  expect(within(table).getByText("Berlin, Germany")).toBeInTheDocument();
});

test("an empty list says what to do first, with one button", async () => {
  answerWith({ items: [], next_cursor: null });
  renderPage();
  expect(await screen.findByRole("link", { name: "Add your first customer" })).toHaveAttribute(
    "href",
    "/customers/new",
  );
});

test("a role that only reads is not offered what it cannot do", async () => {
  server.use(http.get("*/api/me", () => HttpResponse.json(meWith("customers:read"))));
  answerWith({ items: [], next_cursor: null });
  renderPage();
  expect(await screen.findByText("No customers yet")).toBeVisible();
  expect(screen.queryByRole("link", { name: /customer$/ })).toBeNull();
});

test("the address decides what is listed", async () => {
  answerWith({ items: [], next_cursor: null });
  renderPage("/customers?search=zzz&sort=-created_at&state=archived");
  expect(await screen.findByText("No customer matches “zzz”")).toBeVisible();
  expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
    search: "zzz",
    sort: "-created_at",
    state: "archived",
  });
  expect(screen.getByRole("link", { name: "Clear the search" })).toHaveAttribute(
    "href",
    "/customers?state=archived",
  );
});

test("typing a search writes it into the address", async () => {
  answerWith({ items: [customerOf()], next_cursor: null });
  const { user } = renderPage();
  await screen.findByRole("table");
  await user.type(screen.getByRole("searchbox", { name: "Search customers" }), "helle");
  await waitFor(() => expect(window.location.search).toBe("?search=helle"));
});

test("pressing the heading it is sorted by turns the order round", async () => {
  answerWith({ items: [customerOf()], next_cursor: null });
  renderPage();
  const heading = await screen.findByRole("columnheader", { name: "Name" });
  expect(heading).toHaveAttribute("aria-sort", "ascending");
  expect(within(heading).getByRole("link")).toHaveAttribute("href", "/customers?sort=-name");
});

test("more are loaded behind the first", async () => {
  answerWith(
    { items: [customerOf()], next_cursor: "abc" },
    { items: [customerOf({ id: "2", name: "Galerie Lumen" })], next_cursor: null },
  );
  const { user } = renderPage();
  await user.click(await screen.findByRole("button", { name: "Show more" }));
  expect((await screen.findAllByRole("link", { name: "Galerie Lumen" })).length).toBeGreaterThan(0);
  expect(asked.at(-1)?.get("cursor")).toBe("abc");
  expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
});

test("a failure says so and tries again", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  server.use(
    http.get("*/api/customers", () =>
      problemResponse({ status: 503, slug: "unavailable", detail: "The database is away." }),
    ),
  );
  const { user } = renderPage();
  expect(await screen.findByText("The customers could not be loaded")).toBeVisible();
  expect(screen.getByText("The database is away.")).toBeVisible();
  answerWith({ items: [customerOf()], next_cursor: null });
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("table")).toBeVisible();
});
