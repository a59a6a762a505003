import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";

import type { AdminUser } from "@/openapi/types.gen";
import { adminOverview, adminUserOf } from "@/test/admin-data";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { UsersPage } from "./users-page";

vi.mock("next/navigation", () => ({
  usePathname: () => window.location.pathname,
  useSearchParams: () => new URLSearchParams(window.location.search),
  notFound: vi.fn(),
}));

function renderPage(address: string, ...items: AdminUser[]) {
  const asked: URLSearchParams[] = [];
  server.use(
    http.get("*/api/admin/overview", () => HttpResponse.json(adminOverview)),
    http.get("*/api/admin/users", ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return HttpResponse.json({ items, next_cursor: null });
    }),
  );
  window.history.replaceState(null, "", address);
  return { asked, ...renderWithQueries(<UsersPage />) };
}

test("each person is a link, with their teams and what is unusual about them", async () => {
  renderPage("/admin/users", adminUserOf({ is_email_verified: false }));
  const table = await screen.findByRole("table");
  expect(within(table).getByRole("link", { name: "Jonas Helle" })).toHaveAttribute("href", "/admin/users/7");
  expect(within(table).getByText("Café Helle")).toBeVisible();
  expect(within(table).getByText("Not confirmed")).toBeVisible();
});

test("the address decides who is listed, and each state says how many there are", async () => {
  const { asked } = renderPage("/admin/users?search=zzz&state=disabled");
  expect(await screen.findByText("Nobody matches “zzz”")).toBeVisible();
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({ search: "zzz", state: "disabled" });
  expect(await screen.findByRole("link", { name: "Disabled 1" })).toHaveAttribute("aria-current", "true");
});
