import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";

import { meWith } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { Banners } from "./banners";
import { SessionGate } from "./session-gate";

const impersonation = {
  administrator_name: "Ada Berg",
  reason: "Ticket 4711: the totals look wrong.",
  is_read_only: true,
  expires_at: "2026-05-16T10:00:00Z",
};

function renderBanners(changes: Partial<ReturnType<typeof meWith>>) {
  server.use(http.get("*/api/me", () => HttpResponse.json({ ...meWith(), ...changes })));
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <Banners />
      <p>Content</p>
    </SessionGate>,
  );
}

test("it says who looks through whose eyes, and why", async () => {
  renderBanners({ impersonation });
  const banner = await screen.findByRole("region", { name: "Impersonation" });
  expect(banner).toHaveTextContent("Ada Berg is looking through Mara Lindqvist’s eyes until 16 May 2026");
  expect(banner).toHaveTextContent("Nothing can be changed.");
  expect(banner).toHaveTextContent("Reason: Ticket 4711: the totals look wrong.");
});

test("without an impersonation there is nothing", async () => {
  renderBanners({});
  expect(await screen.findByText("Content")).toBeVisible();
  expect(screen.queryByRole("region")).toBeNull();
});

test("ending it asks the server, and a refusal leaves the banner where it is", async () => {
  const asked = vi.fn();
  server.use(
    http.post("*/api/auth/impersonation/end", () => {
      asked();
      return problemResponse({ status: 409, slug: "not-impersonating", detail: "You are yourself." });
    }),
  );
  const { user } = renderBanners({ impersonation });
  await user.click(await screen.findByRole("button", { name: "End impersonation" }));
  await waitFor(() => expect(asked).toHaveBeenCalledOnce());
  expect(screen.getByRole("region", { name: "Impersonation" })).toBeVisible();
});
