import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { Banners } from "@/components/layout/banners";
import { SessionGate } from "@/components/layout/session-gate";
import type { Permission, Role } from "@/openapi/types.gen";
import { meWith } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { TeamEnding } from "./team-ending";

const toast = vi.hoisted(() => ({ success: vi.fn(), error: vi.fn() }));
vi.mock("@/components/ui/toast", () => ({ toast }));

const owning: Permission[] = ["ownership:transfer", "team:delete"];
let dueAt: string | null;

beforeEach(() => {
  dueAt = null;
  const person = (user_id: string, name: string, role: Role) => ({
    user_id,
    name,
    email: `${user_id}@ateliernord.example`,
    role,
    joined_at: "2026-05-16T09:00:00Z",
    has_second_factor: null,
  });
  server.use(
    http.get("*/api/team/members", () =>
      HttpResponse.json({
        items: [person("1", "Mara Lindqvist", "owner"), person("3", "Ida Berg", "member")],
        seats: { members: 2, pending_invitations: 0, limit: null },
      }),
    ),
  );
});

function renderAs(...permissions: Permission[]) {
  server.use(
    http.get("*/api/me", () => {
      const me = meWith(...permissions);
      return HttpResponse.json({ ...me, team: me.team && { ...me.team, deletion_due_at: dueAt } });
    }),
  );
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <Banners />
      <TeamEnding />
    </SessionGate>,
  );
}

test("who does not own the team can leave it, and is offered nothing else", async () => {
  renderAs();
  expect(await screen.findByRole("button", { name: "Leave Atelier Nord" })).toBeVisible();
  expect(screen.getAllByRole("button")).toHaveLength(1);
});

test("the only owner is told why they cannot leave", async () => {
  server.use(
    http.delete("*/api/me/teams/2", () =>
      problemResponse({ status: 409, slug: "last-owner", detail: "This is its only owner." }),
    ),
  );
  const { user } = renderAs(...owning);
  await user.click(await screen.findByRole("button", { name: "Leave Atelier Nord" }));
  await user.click(screen.getByRole("button", { name: "Leave team" }));
  expect(await screen.findByText("This is its only owner.")).toBeVisible();
});

test("the team is handed over to a member who is named first", async () => {
  let sent: unknown;
  server.use(
    http.post("*/api/team/ownership", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({});
    }),
  );
  const { user } = renderAs(...owning);
  await user.click(await screen.findByRole("button", { name: "Share or hand over ownership" }));
  await user.click(screen.getByRole("checkbox", { name: /Hand over/ }));
  await user.click(screen.getByRole("button", { name: "Hand over" }));
  expect(screen.getByLabelText("New owner")).toHaveAccessibleDescription("Choose who becomes an owner.");
  await user.selectOptions(screen.getByLabelText("New owner"), "3");
  await user.click(screen.getByRole("button", { name: "Hand over" }));
  await waitFor(() => expect(sent).toEqual({ user_id: "3", is_handover: true }));
  expect(toast.success).toHaveBeenCalledExactlyOnceWith("Ida Berg owns Atelier Nord now; you are an admin.");
});

test("a deletion is asked for by typing the name, shows above every page, and can be called off there", async () => {
  server.use(
    http.post("*/api/team/deletion", async ({ request }) => {
      expect(await request.json()).toEqual({ name: "Atelier Nord" });
      dueAt = "2026-12-08T10:00:00Z";
      return HttpResponse.json({ deletion_due_at: dueAt }, { status: 202 });
    }),
    http.delete("*/api/team/deletion", () => {
      dueAt = null;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderAs(...owning);
  await user.click(await screen.findByRole("button", { name: "Delete Atelier Nord" }));
  await user.type(screen.getByLabelText(/to confirm/), "Atelier Nord");
  await user.click(screen.getByRole("button", { name: "Delete team" }));
  expect(await screen.findByRole("region", { name: "Team about to be deleted" })).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Keep the team" }));
  await waitFor(() => expect(screen.queryByRole("region", { name: "Team about to be deleted" })).toBeNull());
});

test("a member sees that the team is going, and who can keep it", async () => {
  dueAt = "2026-12-08T10:00:00Z";
  renderAs();
  expect(await screen.findByText(/An owner can still call it off/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Keep the team" })).toBeNull();
});
