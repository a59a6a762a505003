import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";

import { auditEntryOf } from "@/test/fixtures";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { PlatformAuditLog } from "./platform-audit-log";

vi.mock("next/navigation", () => ({
  usePathname: () => window.location.pathname,
  useSearchParams: () => new URLSearchParams(window.location.search),
  notFound: vi.fn(),
}));

test("it is narrowed to a team by its address, and says that a team's work stays hidden", async () => {
  const asked: URLSearchParams[] = [];
  const team = "0198c0de-0000-7000-8000-000000000002";
  server.use(
    http.get("*/api/admin/audit-log", ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      const hidden = auditEntryOf({ target_name: null, are_fields_hidden: true });
      return HttpResponse.json({ items: [hidden], next_cursor: null });
    }),
  );
  window.history.replaceState(null, "", `/admin/audit-log?team=${team}`);
  const { user } = renderWithQueries(<PlatformAuditLog />);
  const table = await screen.findByRole("table");
  expect(asked[0]?.get("team_id")).toBe(team);
  await user.click(within(table).getByRole("button"));
  expect(within(table).getByText(/What a team works on is its own/)).toBeVisible();
  expect(screen.getByRole("link", { name: "Clear the filters" })).toHaveAttribute("href", "/admin/audit-log");
});
