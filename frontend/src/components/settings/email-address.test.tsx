import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { ConfirmEmailChange } from "@/components/auth/confirm-email-change";
import { SessionGate } from "@/components/layout/session-gate";
import type { EmailChange } from "@/openapi/types.gen";
import { meWith } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { EmailAddress } from "./email-address";

vi.mock("next/navigation", () => ({ useRouter: () => ({ push: vi.fn() }) }));

const waiting: EmailChange = {
  new_email: "new@ateliernord.example",
  is_current_confirmed: false,
  is_new_confirmed: false,
  requested_at: "2026-05-16T09:00:00Z",
  expires_at: "2026-05-16T10:00:00Z",
};
let change: EmailChange | null = null;

beforeEach(() => {
  change = null;
  server.use(
    http.get("*/api/me", () => HttpResponse.json(meWith())),
    http.get("*/api/me/email-change", () => HttpResponse.json({ change })),
    http.delete("*/api/me/email-change", () => {
      change = null;
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

function renderAddress() {
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <EmailAddress />
    </SessionGate>,
  );
}

test("a change of address waits for both addresses, and can be called off", async () => {
  server.use(http.post("*/api/me/email-change", () => HttpResponse.json(waiting, { status: 202 })));
  const { user } = renderAddress();
  await user.type(await screen.findByLabelText("New e-mail address"), "new@ateliernord.example");
  await user.click(screen.getByRole("button", { name: "Change e-mail address" }));
  expect(await screen.findByText(/Both addresses have a mail/)).toHaveTextContent("new@ateliernord.example");
  await user.click(screen.getByRole("button", { name: "Keep my present address" }));
  expect(await screen.findByLabelText("New e-mail address")).toHaveValue("");
});

test("a stale session is asked at the form to log in afresh, and the typed address stays", async () => {
  server.use(
    http.post("*/api/me/email-change", () =>
      problemResponse({ status: 403, slug: "step-up-required", detail: "Confirm that it is you first." }),
    ),
  );
  const { user } = renderAddress();
  await user.type(await screen.findByLabelText("New e-mail address"), "new@ateliernord.example");
  await user.click(screen.getByRole("button", { name: "Change e-mail address" }));
  await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent("Confirm that it is you first."));
  expect(screen.getByLabelText("New e-mail address")).toHaveValue("new@ateliernord.example");
});

test("opening the link changes nothing: the present address may agree or refuse", async () => {
  window.history.replaceState(null, "", "/confirm-email-change#address=present&token=abcdefghijklmnopqrst");
  let refused: unknown;
  server.use(
    http.post("*/api/auth/email-change/refuse", async ({ request }) => {
      refused = await request.json();
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderWithQueries(<ConfirmEmailChange />);
  expect(await screen.findByRole("button", { name: "Agree to the change" })).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Keep my present address" }));
  expect(await screen.findByRole("heading", { name: "Your address stays as it is" })).toHaveFocus();
  expect(refused).toEqual({ token: "abcdefghijklmnopqrst" });
});

test("the new address only confirms, and is told that the other half is missing", async () => {
  window.history.replaceState(null, "", "/confirm-email-change#address=new&token=abcdefghijklmnopqrst");
  server.use(
    http.post("*/api/auth/email-change/confirm", () =>
      HttpResponse.json({ new_email: "new@ateliernord.example", is_complete: false }),
    ),
  );
  const { user } = renderWithQueries(<ConfirmEmailChange />);
  await user.click(await screen.findByRole("button", { name: "Confirm the new address" }));
  expect(await screen.findByRole("heading", { name: "One half is done" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Keep my present address" })).toBeNull();
});
