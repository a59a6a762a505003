import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";

import { SessionGate } from "@/components/layout/session-gate";
import { adminOverview } from "@/test/admin-data";
import { meWith, userOf } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { AdminGate } from "./admin-gate";

vi.mock("next/navigation", () => ({ usePathname: () => "/admin/users" }));

function renderGate({ hasSecondFactor = false } = {}) {
  server.use(
    http.get("*/api/me", () =>
      HttpResponse.json({
        ...meWith(),
        user: userOf({ is_platform_admin: true, has_second_factor: hasSecondFactor }),
      }),
    ),
  );
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <AdminGate>
        <p>Inside</p>
      </AdminGate>
    </SessionGate>,
  );
}

function refuseWith(slug: string) {
  server.use(
    http.get("*/api/admin/overview", () => problemResponse({ status: 403, slug, detail: "Only for some." })),
  );
}

test("with two factors it opens", async () => {
  server.use(http.get("*/api/admin/overview", () => HttpResponse.json(adminOverview)));
  renderGate();
  expect(await screen.findByText("Inside")).toBeVisible();
  expect(screen.getByRole("link", { name: "People" })).toHaveAttribute("aria-current", "true");
});

test("an administrator without a second factor is told where to set one up", async () => {
  refuseWith("administrator-needs-second-factor");
  renderGate();
  expect(await screen.findByRole("link", { name: "Go to your security settings" })).toHaveAttribute(
    "href",
    "/settings/security",
  );
  expect(screen.queryByText("Inside")).toBeNull();
});

test("one who has a second factor and did not use it logs in again", async () => {
  refuseWith("administrator-needs-second-factor");
  renderGate({ hasSecondFactor: true });
  expect(await screen.findByRole("button", { name: "Log in again" })).toBeVisible();
});

test("everybody else is refused", async () => {
  refuseWith("missing-permission");
  renderGate();
  expect(await screen.findByText("Not yours to see")).toBeVisible();
});
