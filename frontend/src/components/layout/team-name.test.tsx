import { useSuspenseQuery } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { Suspense } from "react";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";

import type { Me, TeamSummary } from "@/openapi/types.gen";
import { teamOptions } from "@/queries/team";
import { meWith, teamOf } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { SessionGate } from "./session-gate";
import { TeamGate } from "./team-gate";
import { TeamName } from "./team-name";

const toast = vi.hoisted(() => ({ success: vi.fn(), error: vi.fn() }));
vi.mock("@/components/ui/toast", () => ({ toast }));
const router = vi.hoisted(() => ({ push: vi.fn(), path: "/dashboard" }));
vi.mock("next/navigation", () => ({ useRouter: () => router, usePathname: () => router.path }));

const nord: TeamSummary = { id: "2", name: "Atelier Nord", role: "member", deletion_due_at: null };
const sued: TeamSummary = { id: "3", name: "Studio Süd", role: "owner", deletion_due_at: null };
let current: TeamSummary | null;

// Compiled when first asked for, which takes longer here than a browser would wait.
beforeAll(() => Promise.all([import("./team-menu-content"), import("@/components/teams/no-team-page")]));

beforeEach(() => {
  current = nord;
  router.path = "/dashboard";
  router.push.mockReset();
  toast.error.mockReset();
  server.use(
    http.get("*/api/me", () => {
      const me: Me = { ...meWith("team:read"), team: current, teams: current ? [nord, sued] : [] };
      return HttpResponse.json(me);
    }),
    http.get("*/api/team", () =>
      HttpResponse.json(teamOf({ currency: current?.id === sued.id ? "CHF" : "EUR" })),
    ),
    http.get("*/api/me/invitations", () => HttpResponse.json({ items: [] })),
  );
});

function TeamsCurrency() {
  return <p>Invoices in {useSuspenseQuery(teamOptions()).data.currency}</p>;
}

function renderShell() {
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <TeamName />
      <TeamGate>
        <Suspense>
          <TeamsCurrency />
        </Suspense>
      </TeamGate>
    </SessionGate>,
  );
}

test("switching the team shows that team's data, without loading the page anew", async () => {
  server.use(
    http.post("*/api/me/team", async ({ request }) => {
      expect(await request.json()).toEqual({ team_id: sued.id });
      current = sued;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderShell();
  expect(await screen.findByText("Invoices in EUR")).toBeVisible();
  await user.click(screen.getByRole("button", { name: /Atelier Nord/ }));
  await user.click(await screen.findByRole("menuitemradio", { name: /Studio Süd/ }));
  expect(await screen.findByText("Invoices in CHF")).toBeVisible();
  expect(screen.getByRole("button", { name: /Studio Süd/ })).toBeVisible();
  expect(router.push).toHaveBeenCalledExactlyOnceWith("/dashboard");
});

test("a team switched in another tab is noticed on coming back to this one", async () => {
  renderShell();
  expect(await screen.findByText("Invoices in EUR")).toBeVisible();
  current = sued;
  window.dispatchEvent(new Event("visibilitychange"));
  expect(await screen.findByText("Invoices in CHF")).toBeVisible();
  expect(screen.getByRole("button", { name: /Studio Süd/ })).toBeVisible();
});

test("a switch that is refused leaves everything as it was, and says so", async () => {
  server.use(
    http.post("*/api/me/team", () =>
      problemResponse({ status: 404, slug: "not-found", detail: "You are in no such team." }),
    ),
  );
  const { user } = renderShell();
  await user.click(await screen.findByRole("button", { name: /Atelier Nord/ }));
  await user.click(await screen.findByRole("menuitemradio", { name: /Studio Süd/ }));
  await waitFor(() => expect(toast.error).toHaveBeenCalledExactlyOnceWith("You are in no such team."));
  expect(screen.getByText("Invoices in EUR")).toBeVisible();
  expect(router.push).not.toHaveBeenCalled();
});

test("who is in no team can create one, and goes on in it", async () => {
  current = null;
  server.use(
    http.post("*/api/me/teams", () => {
      current = sued;
      return HttpResponse.json({ id: sued.id, name: sued.name }, { status: 201 });
    }),
  );
  const { user } = renderShell();
  expect(await screen.findByRole("heading", { name: "You are in no team" })).toBeVisible();
  expect(await screen.findByText(/None is waiting/)).toBeVisible();
  await user.type(screen.getByLabelText("Team name"), "Studio Süd");
  await user.click(screen.getByRole("button", { name: "Create team" }));
  expect(await screen.findByText("Invoices in CHF")).toBeVisible();
});

test("one's own settings are reachable without a team", async () => {
  current = null;
  router.path = "/settings/security";
  renderShell();
  expect(await screen.findByText("Invoices in EUR")).toBeVisible();
});
