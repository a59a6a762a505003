import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { SessionGate } from "@/components/layout/session-gate";
import type { AdminUserDetail } from "@/openapi/types.gen";
import { adminUserDetailOf } from "@/test/admin-data";
import { meWith, userOf } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { UserPage } from "./user-page";

vi.mock("next/navigation", () => ({ usePathname: () => "/admin/users/7", notFound: vi.fn() }));

function renderPage(detail: AdminUserDetail, myId = "1") {
  server.use(
    http.get("*/api/me", () => HttpResponse.json({ ...meWith(), user: userOf({ id: myId }) })),
    http.get("*/api/admin/users/7", () => HttpResponse.json(detail)),
  );
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <QueryBoundary skeleton={null}>
        <UserPage />
      </QueryBoundary>
    </SessionGate>,
  );
}

test("an account is disabled with a reason, never without", async () => {
  const sent = vi.fn();
  server.use(
    http.post("*/api/admin/users/7/disable", async ({ request }) => {
      sent(await request.json());
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderPage(adminUserDetailOf());
  await user.click(await screen.findByRole("button", { name: "Disable account" }));
  const confirm = screen.getAllByRole("button", { name: "Disable account" }).at(-1);
  if (!confirm) throw new Error("The dialog has no button.");
  await user.click(confirm);
  expect(screen.getByText("Write a few words.")).toBeVisible();
  expect(sent).not.toHaveBeenCalled();
  await user.type(screen.getByLabelText("Why is it disabled?"), " Sends spam. ");
  await user.click(confirm);
  await waitFor(() => expect(sent).toHaveBeenCalledWith({ reason: "Sends spam." }));
});

test("an impersonation only looks unless one says otherwise, and a refusal keeps what was written", async () => {
  const sent = vi.fn();
  server.use(
    http.post("*/api/admin/users/7/impersonate", async ({ request }) => {
      sent(await request.json());
      return problemResponse({ status: 409, slug: "not-impersonable", detail: "The account is disabled." });
    }),
  );
  const { user } = renderPage(adminUserDetailOf());
  await user.click(await screen.findByRole("button", { name: "Impersonate" }));
  const reason = screen.getByLabelText("Why do you need to look?");
  await user.type(reason, "Ticket 4711");
  await user.click(screen.getByRole("button", { name: "Start impersonation" }));
  expect(await screen.findByText("The account is disabled.")).toBeVisible();
  expect(sent).toHaveBeenCalledWith({ reason: "Ticket 4711", is_read_only: true, team_id: "3" });
  expect(reason).toHaveValue("Ticket 4711");
});

test("what the API would refuse is not offered", async () => {
  renderPage(
    adminUserDetailOf({
      is_email_verified: false,
      disabled_at: "2026-05-17T09:00:00Z",
      disabled_reason: "Sends spam.",
    }),
  );
  expect(await screen.findByRole("button", { name: "Enable account" })).toBeVisible();
  expect(screen.getByText(/Disabled since.*: Sends spam\./)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Impersonate" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Send again" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Make administrator" })).toBeNull();
});

test("nobody acts on their own account", async () => {
  renderPage(adminUserDetailOf(), "7");
  expect(await screen.findByText(/This is your own account/)).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
});
