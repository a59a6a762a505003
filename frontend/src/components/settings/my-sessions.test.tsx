import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { Suspense } from "react";
import { beforeEach, expect, test } from "vitest";

import type { Session } from "@/openapi/types.gen";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { MySessions } from "./my-sessions";

function sessionOf(changes: Partial<Session>): Session {
  return {
    id: "1",
    kind: "browser",
    device: "Firefox on Linux",
    ip_address: "192.0.2.1",
    methods: ["pwd"],
    is_current: false,
    created_at: "2026-05-16T09:00:00Z",
    last_seen_at: "2026-05-16T09:00:00Z",
    expires_at: "2026-06-16T09:00:00Z",
    ...changes,
  };
}

const here = sessionOf({ is_current: true, methods: ["pwd", "otp"] });
const phone = sessionOf({ id: "2", device: "Safari on an iPhone", ip_address: "192.0.2.2" });
const script = sessionOf({ id: "3", kind: "api_client", device: "curl", ip_address: "192.0.2.3" });
let sessions: Session[];

beforeEach(() => {
  sessions = [here, phone, script];
  server.use(
    http.get("*/api/me/sessions", () => HttpResponse.json({ items: sessions })),
    http.delete("*/api/me/sessions/:id", ({ params }) => {
      sessions = sessions.filter(({ id }) => id !== params["id"]);
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

function renderSessions() {
  return renderWithQueries(
    <Suspense>
      <MySessions />
    </Suspense>,
  );
}

test("the session one sits in is marked and cannot be ended here; another can", async () => {
  const { user } = renderSessions();
  const [first] = await screen.findAllByRole("listitem");
  expect(first).toHaveTextContent(/This one.*Active now.*password and one-time code/);
  expect(within(first as HTMLElement).queryByRole("button")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Log out Safari on an iPhone at 192.0.2.2" }));
  await expect.poll(() => screen.queryByText("Safari on an iPhone")).toBeNull();
  expect(screen.getByText("curl")).toBeVisible();
});

test("all others end after a second yes", async () => {
  server.use(
    http.delete("*/api/me/sessions", () => {
      sessions = [here];
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderSessions();
  await user.click(await screen.findByRole("button", { name: "Log out everywhere else" }));
  const dialog = screen.getByRole("dialog", { name: "Log out everywhere else?" });
  expect(dialog).toHaveTextContent("2 other sessions");
  await user.click(within(dialog).getByRole("button", { name: "Log out everywhere else" }));
  expect(await screen.findByText(/^Only here\./)).toBeVisible();
  expect(screen.getAllByRole("listitem")).toHaveLength(1);
});

test("a refusal is said above the list, and the list stays", async () => {
  server.use(
    http.delete("*/api/me/sessions/:id", () =>
      problemResponse({ status: 403, slug: "impersonation-is-read-only", detail: "You cannot change it." }),
    ),
  );
  const { user } = renderSessions();
  await user.click(await screen.findByRole("button", { name: /^Log out curl/ }));
  await expect.poll(() => screen.getByRole("alert").textContent).toBe("You cannot change it.");
  expect(screen.getAllByRole("listitem")).toHaveLength(3);
});
