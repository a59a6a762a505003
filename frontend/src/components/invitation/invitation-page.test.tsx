import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import type { InvitationPreview } from "@/openapi/types.gen";
import { meWith } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { InvitationPage } from "./invitation-page";

const router = vi.hoisted(() => ({ replace: vi.fn() }));
vi.mock("next/navigation", () => ({ useRouter: () => router }));

const preview: InvitationPreview = {
  team_name: "Atelier Nord",
  inviter_name: "Mara Lindqvist",
  role: "admin",
  email_masked: "g***@example.org",
  expires_at: "2026-11-27T10:00:00Z",
  has_account: false,
};

const signedOut = http.get("*/api/me", () =>
  problemResponse({ status: 401, slug: "unauthenticated", detail: "Log in first." }),
);
const found = (changes: Partial<InvitationPreview> = {}) =>
  http.post("*/api/invitations/look-up", () => HttpResponse.json({ ...preview, ...changes }));

beforeEach(() => {
  router.replace.mockReset();
  sessionStorage.clear();
  window.history.replaceState(null, "", "/invitation#token=secret");
});

test("the team, who invites and the role are shown before signing in, and the token leaves the address", async () => {
  server.use(signedOut, found());
  renderWithQueries(<InvitationPage />);
  expect(await screen.findByRole("heading", { name: "Join Atelier Nord" })).toBeVisible();
  expect(screen.getByText("Mara Lindqvist").parentElement).toHaveTextContent("as an admin");
  expect(window.location.hash).toBe("");
});

test("a new person joins with a name and a password", async () => {
  let sent: unknown;
  server.use(
    signedOut,
    found(),
    http.post("*/api/invitations/join", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ id: "2", name: "Atelier Nord" }, { status: 201 });
    }),
  );
  const { user } = renderWithQueries(<InvitationPage />);
  await user.type(await screen.findByLabelText("Your name"), "Ida Berg");
  await user.type(screen.getByLabelText("Password"), "a short sentence is good");
  await user.click(screen.getByRole("button", { name: "Create account and join" }));
  await waitFor(() => expect(router.replace).toHaveBeenCalledExactlyOnceWith("/dashboard"));
  expect(sent).toEqual({ token: "secret", name: "Ida Berg", password: "a short sentence is good" });
  expect(sessionStorage).toHaveLength(0);
});

test("who has an account logs in first, and comes back to the same invitation", async () => {
  server.use(signedOut, found({ has_account: true }));
  const { unmount } = renderWithQueries(<InvitationPage />);
  expect(await screen.findByRole("link", { name: "Log in to accept" })).toHaveAttribute(
    "href",
    "/log-in?next=%2Finvitation",
  );
  unmount();
  server.use(http.get("*/api/me", () => HttpResponse.json(meWith())));
  renderWithQueries(<InvitationPage />);
  expect(await screen.findByRole("button", { name: "Accept invitation" })).toBeVisible();
});

test("who is logged in accepts, and goes on in that team", async () => {
  let sent: unknown;
  server.use(
    http.get("*/api/me", () => HttpResponse.json(meWith())),
    found(),
    http.post("*/api/invitations/accept", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ id: "2", name: "Atelier Nord" });
    }),
  );
  const { user } = renderWithQueries(<InvitationPage />);
  await user.click(await screen.findByRole("button", { name: "Accept invitation" }));
  await waitFor(() => expect(router.replace).toHaveBeenCalledExactlyOnceWith("/dashboard"));
  expect(sent).toEqual({ token: "secret" });
});

test("an invitation for another address says so, and offers to change account", async () => {
  server.use(
    http.get("*/api/me", () => HttpResponse.json(meWith())),
    found(),
    http.post("*/api/invitations/accept", () =>
      problemResponse({
        status: 403,
        slug: "invitation-for-another-address",
        detail: "It is for g***@example.org.",
      }),
    ),
  );
  const { user } = renderWithQueries(<InvitationPage />);
  await user.click(await screen.findByRole("button", { name: "Accept invitation" }));
  expect(await screen.findByText("It is for g***@example.org.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Log out and change account" })).toBeVisible();
});

test("a link that leads nowhere, or is not complete, says what to do", async () => {
  server.use(
    signedOut,
    http.post("*/api/invitations/look-up", () =>
      problemResponse({ status: 404, slug: "invitation-ended", detail: "Ask the team to invite you." }),
    ),
  );
  const { unmount } = renderWithQueries(<InvitationPage />);
  expect(await screen.findByRole("heading", { name: "This invitation has ended" })).toBeVisible();
  unmount();
  sessionStorage.clear();
  renderWithQueries(<InvitationPage />);
  expect(screen.getByRole("heading", { name: "This link is not complete" })).toBeVisible();
});

test("declining asks first, and then is done", async () => {
  server.use(
    signedOut,
    found(),
    http.post("*/api/invitations/decline", () => new HttpResponse(null, { status: 204 })),
  );
  const { user } = renderWithQueries(<InvitationPage />);
  await user.click(await screen.findByRole("button", { name: "Decline" }));
  await user.click(screen.getByRole("button", { name: "Decline invitation" }));
  expect(await screen.findByRole("heading", { name: "Invitation declined" })).toBeVisible();
});
