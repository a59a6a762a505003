import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";

import { SessionGate } from "@/components/layout/session-gate";
import { meWith } from "@/test/fixtures";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { SettingsNav } from "./settings-nav";
import { permittedGroups } from "./settings-navigation";
import { SettingsRedirect } from "./settings-redirect";

const redirect = vi.hoisted(() => vi.fn());
vi.mock("next/navigation", () => ({
  usePathname: () => window.location.pathname,
  useSearchParams: () => new URLSearchParams(window.location.search),
  redirect: (href: string) => {
    redirect(href);
    return null;
  },
}));

function renderNav(...permissions: Parameters<typeof meWith>) {
  server.use(http.get("*/api/me", () => HttpResponse.json(meWith(...permissions))));
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <SettingsNav />
    </SessionGate>,
  );
}

test("the page one is on is marked, and only that one", async () => {
  window.history.replaceState(null, "", "/settings/security");
  renderNav("team:read");
  const nav = await screen.findByRole("navigation", { name: "Settings" });
  expect(within(nav).getByRole("link", { current: "page" })).toHaveTextContent("Security");
  expect(within(within(nav).getByRole("list", { name: "Team" })).getAllByRole("link")).toHaveLength(1);
});

test("a page one may not see is absent, and so is a group of nothing else", async () => {
  window.history.replaceState(null, "", "/settings/profile");
  renderNav();
  expect(await screen.findByRole("list", { name: "You" })).toBeVisible();
  expect(screen.queryByRole("list", { name: "Team" })).toBeNull();
});

test("within a group each page is judged by its own permission", () => {
  const profile = { href: "/settings/profile", label: "Profile" } as const;
  const team = { href: "/settings/team", label: "Team details", permission: "team:read" } as const;
  const groups = [{ label: "All", pages: [profile, team] }];
  expect(permittedGroups(groups, ["team:write"])).toEqual([{ label: "All", pages: [profile] }]);
  expect(permittedGroups(groups, ["team:read"])).toEqual(groups);
});

test.each([
  ["/settings", "/settings/profile"],
  ["/settings?tab=profile", "/settings/profile"],
  ["/settings?tab=team", "/settings/team"],
])("%s leads to %s", (address, destination) => {
  redirect.mockReset();
  window.history.replaceState(null, "", address);
  renderWithQueries(<SettingsRedirect />);
  expect(redirect).toHaveBeenCalledWith(destination);
});
