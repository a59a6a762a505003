import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { Suspense, type ReactElement } from "react";
import { beforeEach, expect, test, vi } from "vitest";

import { Banners } from "@/components/layout/banners";
import { SessionGate } from "@/components/layout/session-gate";
import type { Deletion, Export, User } from "@/openapi/types.gen";
import { meWith, userOf } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { DeleteAccount } from "./delete-account";
import { MyExport } from "./my-export";

const toast = vi.hoisted(() => ({ success: vi.fn(), error: vi.fn() }));
vi.mock("@/components/ui/toast", () => ({ toast }));
const saveFile = vi.hoisted(() => vi.fn());
vi.mock("@/lib/save-file", () => ({ saveFile }));

const none: Export = {
  id: null,
  status: "none",
  progress: 0,
  requested_at: null,
  expires_at: null,
  size_bytes: null,
};
const building: Export = { ...none, id: "9", status: "building", requested_at: "2026-05-16T09:00:00Z" };
const ready: Export = {
  ...building,
  status: "ready",
  progress: 1,
  expires_at: "2026-05-17T09:00:00Z",
  size_bytes: 12_000,
};

let me: User;
let deletion: Deletion;
let current: Export;

beforeEach(() => {
  me = userOf();
  deletion = { due_at: null, teams_without_other_owner: [] };
  current = none;
  server.use(
    http.get("*/api/me", () => HttpResponse.json({ ...meWith(), user: me })),
    http.get("*/api/me/deletion", () => HttpResponse.json(deletion)),
    http.get("*/api/me/export", () => HttpResponse.json(current)),
  );
});

function renderPage(page: ReactElement) {
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <Suspense>{page}</Suspense>
    </SessionGate>,
  );
}

test("an export is asked for, and the page says that it is being made", async () => {
  server.use(http.post("*/api/me/export", () => HttpResponse.json(building, { status: 202 })));
  const { user } = renderPage(<MyExport />);
  await user.click(await screen.findByRole("button", { name: "Collect my data" }));
  expect(await screen.findByRole("progressbar")).toBeVisible();
});

test("a ready export is downloaded as a file; a refusal is said beside the button", async () => {
  current = ready;
  let isFresh = false;
  server.use(
    http.get("*/api/me/export/9/archive", () =>
      isFresh
        ? new HttpResponse("PK", { headers: { "Content-Type": "application/zip" } })
        : problemResponse({ status: 403, slug: "step-up-required", detail: "Confirm that it is you." }),
    ),
  );
  const { user } = renderPage(<MyExport />);
  const button = await screen.findByRole("button", { name: "Download archive" });
  expect(screen.getByText(/12 kB/)).toBeVisible();
  await user.click(button);
  await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent("Confirm that it is you."));
  isFresh = true;
  await user.click(button);
  await waitFor(() => expect(saveFile).toHaveBeenCalledOnce());
  expect(saveFile.mock.lastCall?.[1]).toMatch(/^quittance-my-data-.*\.zip$/);
});

test.each([
  ["expired", "Collect my data again"],
  ["failed", "Try again"],
] as const)("an export that is %s can be made once more", async (status, label) => {
  current = { ...ready, status };
  renderPage(<MyExport />);
  expect(await screen.findByRole("button", { name: label })).toBeVisible();
});

test("an account is deleted only by typing its address, and a refusal stays in the dialog", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/me/deletion", async ({ request }) => {
      sent.push(await request.json());
      return problemResponse({ status: 403, slug: "step-up-required", detail: "Confirm that it is you." });
    }),
  );
  const { user } = renderPage(<DeleteAccount />);
  await user.click(await screen.findByRole("button", { name: "Delete account" }));
  const dialog = screen.getByRole("dialog", { name: "Delete your account?" });
  const confirm = within(dialog).getByRole("button", { name: "Delete account" });
  await user.click(confirm);
  expect(sent).toEqual([]);
  await user.type(within(dialog).getByRole("textbox"), me.email);
  await user.click(confirm);
  expect(await within(dialog).findByText("Confirm that it is you.")).toBeVisible();
  expect(sent).toEqual([{ confirmation: me.email }]);
});

test("the last owner of a team is told which, and has no button", async () => {
  deletion = { due_at: null, teams_without_other_owner: [{ id: "2", name: "Atelier Nord" }] };
  renderPage(<DeleteAccount />);
  expect(await screen.findByText("Atelier Nord")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Delete account" })).toBeNull();
});

test("during the days of grace every page offers to keep the account", async () => {
  me = userOf({ deletion_due_at: "2026-05-30T09:00:00Z" });
  server.use(
    http.delete("*/api/me/deletion", () => {
      me = userOf();
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderPage(<Banners />);
  await user.click(await screen.findByRole("button", { name: "Keep my account" }));
  await waitFor(() => expect(screen.queryByRole("region")).toBeNull());
});

test("an address that is not confirmed is said on every page, and its mail sent again", async () => {
  me = userOf({ is_email_verified: false });
  server.use(
    http.post("*/api/me/verification-mail", () =>
      HttpResponse.json({ email: me.email, valid_minutes: 60 }, { status: 202 }),
    ),
  );
  const { user } = renderPage(<Banners />);
  const banner = await screen.findByRole("region", { name: "E-mail address not confirmed" });
  await user.click(within(banner).getByRole("button", { name: "Send the link" }));
  expect(await within(banner).findByText(`We sent a mail to ${me.email}.`, { exact: false })).toBeVisible();
});
