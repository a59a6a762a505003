import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { SessionGate } from "@/components/layout/session-gate";
import type { Invitation, Member, Permission, Role } from "@/openapi/types.gen";
import { meWith } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { InvitationList } from "./invitation-list";
import { InviteButton } from "./invite-button";
import { MemberList } from "./member-list";

const toast = vi.hoisted(() => ({ success: vi.fn(), error: vi.fn() }));
vi.mock("@/components/ui/toast", () => ({ toast }));
vi.mock("next/navigation", () => ({ notFound: vi.fn() }));

const people: Member[] = (["owner", "admin", "member"] as const).map((role, index) => ({
  user_id: String(index + 1),
  name: ["Mara Lindqvist", "Jonas Helle", "Ida Berg"][index] ?? "",
  email: `${role}@ateliernord.example`,
  role,
  joined_at: "2026-05-16T09:00:00Z",
  has_second_factor: null,
}));

const invitation: Invitation = {
  id: "i1",
  email: "guest@example.org",
  role: "member",
  state: "pending",
  invited_by_name: "Mara Lindqvist",
  created_at: "2026-11-20T10:00:00Z",
  sent_at: "2026-11-20T10:00:05Z",
  expires_at: "2026-11-27T10:00:00Z",
  ended_at: null,
};

const seats = { members: 3, pending_invitations: 1, limit: null as number | null };

beforeEach(() => {
  server.use(
    http.get("*/api/team/members", () => HttpResponse.json({ items: people, seats })),
    http.get("*/api/team/invitations", () => HttpResponse.json({ items: [invitation] })),
    http.get("*/api/public/permissions", () => HttpResponse.json({ roles: [], permissions: [] })),
  );
});

function renderAs(role: Role, userId: string, ...permissions: Permission[]) {
  const me = meWith("members:read", ...permissions);
  const team = { id: "2", name: "Atelier Nord", role, deletion_due_at: null };
  server.use(
    http.get("*/api/me", () => HttpResponse.json({ ...me, team, user: { ...me.user, id: userId } })),
  );
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <InviteButton />
      <QueryBoundary skeleton={null}>
        <MemberList />
        <InvitationList />
      </QueryBoundary>
    </SessionGate>,
  );
}

test("who only reads sees people and invitations, and no buttons", async () => {
  renderAs("member", "3");
  const members = await screen.findByRole("list", { name: "Members" });
  expect(within(members).getAllByRole("listitem")).toHaveLength(3);
  expect(screen.getByText("3 members, 1 open invitation.")).toBeVisible();
  expect(screen.getByText("guest@example.org")).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
});

test("an admin decides on everybody but the owner, and does not remove themselves", async () => {
  renderAs("admin", "2", "members:manage", "members:invite");
  expect(await screen.findByRole("button", { name: "Remove Ida Berg" })).toBeVisible();
  expect(screen.queryByRole("button", { name: /Mara Lindqvist/ })).toBeNull();
  expect(screen.getByRole("button", { name: "Change role of Jonas Helle" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Remove Jonas Helle" })).toBeNull();
});

test("a refused change of role stays in the dialog and says why", async () => {
  server.use(
    http.patch("*/api/team/members/1", () =>
      problemResponse({ status: 409, slug: "last-owner", detail: "This is its only owner." }),
    ),
  );
  const { user } = renderAs("owner", "1", "members:manage");
  await user.click(await screen.findByRole("button", { name: "Change role of Mara Lindqvist" }));
  const dialog = screen.getByRole("dialog", { name: "Change your own role" });
  await user.click(within(dialog).getByRole("button", { name: "Change role" }));
  expect(await within(dialog).findByText("This is its only owner.")).toBeVisible();
});

test("somebody is invited, and a refusal names its reason", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/team/invitations", async ({ request }) => {
      sent.push(await request.json());
      return sent.length === 1
        ? problemResponse({ status: 409, slug: "already-invited", detail: "Send it again." })
        : HttpResponse.json(invitation, { status: 201 });
    }),
  );
  const { user } = renderAs("owner", "1", "members:invite");
  await user.click(await screen.findByRole("button", { name: "Invite somebody" }));
  await user.type(screen.getByLabelText("E-mail"), "new@example.org");
  await user.selectOptions(screen.getByLabelText("Role"), "viewer");
  await user.click(screen.getByRole("button", { name: "Send invitation" }));
  expect(await screen.findByText("Send it again.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Send invitation" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(sent[1]).toEqual({ email: "new@example.org", role: "viewer" });
});

test("when every seat is taken the page says what to do, and offers no invitation", async () => {
  server.use(
    http.get("*/api/team/members", () => HttpResponse.json({ items: people, seats: { ...seats, limit: 4 } })),
  );
  renderAs("owner", "1", "members:invite");
  expect(await screen.findByText(/4 of 4 seats taken.*revoke an invitation/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Invite somebody" })).toBeNull();
});
