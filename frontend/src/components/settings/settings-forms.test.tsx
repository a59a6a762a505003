import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { Suspense, type ReactElement } from "react";
import { beforeEach, expect, test, vi } from "vitest";

import { SessionGate } from "@/components/layout/session-gate";
import { meWith, teamOf, userOf } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { PasswordForm } from "./password-form";
import { ProfileForm } from "./profile-form";
import { TeamSettings } from "./team-settings";

const toast = vi.hoisted(() => ({ success: vi.fn(), error: vi.fn() }));
vi.mock("@/components/ui/toast", () => ({ toast }));
const router = vi.hoisted(() => ({ push: vi.fn() }));
vi.mock("next/navigation", () => ({ useRouter: () => router }));

const year = new Date().getFullYear();

beforeEach(() => {
  toast.success.mockReset();
  router.push.mockReset();
  server.use(
    http.get("*/api/me", () => HttpResponse.json(meWith("team:read", "team:write"))),
    http.get("*/api/team", () => HttpResponse.json(teamOf())),
    http.get("*/api/invoices", () =>
      HttpResponse.json({
        items: [{ number: null }, { number: `AN-${year}-0019` }, { number: `AN-${year}-0018` }],
        next_cursor: null,
      }),
    ),
  );
});

function renderSettings(page: ReactElement) {
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <Suspense>{page}</Suspense>
    </SessionGate>,
  );
}

test("the name is saved, and the page knows it at once", async () => {
  server.use(
    http.patch("*/api/me", async ({ request }) =>
      HttpResponse.json({ ...meWith().user, ...((await request.json()) as object) }),
    ),
  );
  const { user, queryClient } = renderSettings(<ProfileForm />);
  const name = await screen.findByLabelText("Name");
  await user.clear(name);
  await user.type(name, "Mara L.");
  await user.click(screen.getByRole("button", { name: "Save profile" }));
  await waitFor(() => expect(toast.success).toHaveBeenCalledExactlyOnceWith("Profile saved."));
  const me = queryClient.getQueriesData({ queryKey: [{ _id: "getMe" }] })[0]?.[1];
  expect(me).toMatchObject({ user: { name: "Mara L." } });
});

test("a wrong current password is said on its field", async () => {
  server.use(
    http.post("*/api/me/password", () =>
      problemResponse({
        status: 422,
        slug: "wrong-current-password",
        detail: "Check the form.",
        errors: [{ path: "current_password", detail: "This is not your present password." }],
      }),
    ),
  );
  const { user } = renderSettings(<PasswordForm />);
  await user.type(await screen.findByLabelText("Current password"), "wrong");
  await user.type(screen.getByLabelText("New password"), "a short sentence is good");
  await user.click(screen.getByRole("button", { name: "Change password" }));
  await waitFor(() =>
    expect(screen.getByLabelText("Current password")).toHaveAccessibleDescription(
      "This is not your present password.",
    ),
  );
});

test("a changed password leaves empty fields behind", async () => {
  server.use(http.post("*/api/me/password", () => new HttpResponse(null, { status: 204 })));
  const { user } = renderSettings(<PasswordForm />);
  await user.type(await screen.findByLabelText("Current password"), "demo-quittance-2026");
  await user.type(screen.getByLabelText("New password"), "too short");
  await user.click(screen.getByRole("button", { name: "Change password" }));
  await waitFor(() =>
    expect(screen.getByLabelText("New password")).toHaveAccessibleDescription(/Use at least 12 characters/),
  );
  await user.type(screen.getByLabelText("New password"), ", so make it longer");
  await user.click(screen.getByRole("button", { name: "Change password" }));
  await waitFor(() => expect(toast.success).toHaveBeenCalledOnce());
  expect(screen.getByLabelText("New password")).toHaveValue("");
});

test("an account without a password sets one, and is told at the form when it has to log in afresh", async () => {
  const sent: unknown[] = [];
  const me = meWith();
  server.use(
    http.get("*/api/me", () => HttpResponse.json({ ...me, user: userOf({ has_password: false }) })),
    http.post("*/api/me/password", async ({ request }) => {
      sent.push(await request.json());
      return problemResponse({ status: 403, slug: "step-up-required", detail: "Log in again first." });
    }),
  );
  const { user } = renderSettings(<PasswordForm />);
  await user.type(await screen.findByLabelText("New password"), "a short sentence");
  expect(screen.queryByLabelText("Current password")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Set password" }));
  await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent("Log in again first."));
  expect(sent).toEqual([{ new_password: "a short sentence" }]);
});

test("the example shows the number that comes next, and follows the prefix", async () => {
  const { user } = renderSettings(<TeamSettings />);
  expect(await screen.findByText(`AN-${year}-0020`)).toBeVisible();
  const prefix = screen.getByLabelText(/^Number prefix/);
  await user.clear(prefix);
  await user.type(prefix, "RE/");
  expect(await screen.findByText(`RE/${year}-0020`)).toBeVisible();
});

test("a refused IBAN stands on its nested field", async () => {
  server.use(
    http.patch("*/api/team", () =>
      problemResponse({
        status: 422,
        slug: "validation",
        detail: "Check the form.",
        errors: [{ path: "seller.iban", detail: "The check digits do not fit." }],
      }),
    ),
  );
  const { user } = renderSettings(<TeamSettings />);
  const iban = await screen.findByLabelText(/^IBAN/);
  expect(iban).toHaveValue("DE89 3704 0044 0532 0130 00");
  await user.clear(iban);
  await user.type(iban, "DE00 1234");
  await user.click(screen.getByRole("button", { name: "Save team" }));
  await waitFor(() => expect(iban).toHaveAccessibleDescription("The check digits do not fit."));
});

test("the team is saved as the API wants it", async () => {
  let sent: unknown;
  server.use(
    http.patch("*/api/team", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(teamOf({ payment_terms_days: 30 }));
    }),
  );
  const { user } = renderSettings(<TeamSettings />);
  const days = await screen.findByLabelText("Days to pay");
  await user.clear(days);
  await user.type(days, "30");
  await user.type(screen.getByLabelText(/^BIC/), "cobadeffxxx");
  await user.click(screen.getByRole("button", { name: "Save team" }));
  await waitFor(() => expect(toast.success).toHaveBeenCalledExactlyOnceWith("Team saved."));
  expect(sent).toMatchObject({ payment_terms_days: 30, seller: { bic: "COBADEFFXXX", country_code: "DE" } });
});

test("leaving with something unsaved is asked about", async () => {
  const { user } = renderSettings(
    <>
      <a href="/settings/team">Team details</a>
      <ProfileForm />
    </>,
  );
  await user.type(await screen.findByLabelText("Name"), " II");
  await user.click(screen.getByRole("link", { name: "Team details" }));
  expect(await screen.findByRole("dialog", { name: "Leave without saving?" })).toBeVisible();
  expect(router.push).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Leave without saving" }));
  expect(router.push).toHaveBeenCalledExactlyOnceWith("/settings/team");
});

test("a role that only reads sees the facts and why it cannot change them", async () => {
  server.use(http.get("*/api/me", () => HttpResponse.json(meWith("team:read"))));
  renderSettings(<TeamSettings />);
  expect(await screen.findByText(/Your role can read this, not change it/)).toBeVisible();
  expect(screen.getByText("DE89 3704 0044 0532 0130 00")).toBeVisible();
  expect(screen.queryByRole("textbox")).toBeNull();
});
