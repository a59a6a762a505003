import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";

import { appInfoOf } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { ForgotPassword } from "./forgot-password";
import { ResetPassword } from "./reset-password";

const token = "abcdefghijklmnopqrstuvwxyz";
const promise = { email: "ines@example.com", valid_minutes: 30 };

beforeEach(() => {
  window.history.replaceState(null, "", `/reset-password#token=${token}`);
  server.use(http.get("*/api/public/app", () => HttpResponse.json(appInfoOf())));
});

test("the answer to a forgotten password does not say whether there is an account", async () => {
  server.use(http.post("*/api/auth/password-reset", () => HttpResponse.json(promise, { status: 202 })));
  const { user } = renderWithQueries(<ForgotPassword />);
  await user.type(screen.getByLabelText("E-mail"), "ines@example.com");
  await user.click(screen.getByRole("button", { name: "Send the link" }));
  expect(await screen.findByText(/We sent a mail to/)).toHaveTextContent(
    /If the address has an account.*for 30 minutes/,
  );
});

test("too many requests are said at the form, and the address stays", async () => {
  server.use(
    http.post("*/api/auth/password-reset", () =>
      problemResponse({ status: 429, slug: "too-many-requests", detail: "Wait a moment." }),
    ),
  );
  const { user } = renderWithQueries(<ForgotPassword />);
  await user.type(screen.getByLabelText("E-mail"), "ines@example.com");
  await user.click(screen.getByRole("button", { name: "Send the link" }));
  await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent("Wait a moment."));
  expect(screen.getByLabelText("E-mail")).toHaveValue("ines@example.com");
});

test("a new password signs nobody in: it leads to the log-in", async () => {
  let sent: unknown;
  server.use(
    http.post("*/api/auth/password-reset/complete", async ({ request }) => {
      sent = await request.json();
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderWithQueries(<ResetPassword />);
  await user.type(await screen.findByLabelText("New password"), "a short sentence");
  expect(window.location.href).not.toContain(token);
  await user.click(screen.getByRole("button", { name: "Set new password" }));
  expect(await screen.findByRole("link", { name: "Log in" })).toHaveAttribute("href", "/log-in");
  expect(sent).toEqual({ token, new_password: "a short sentence" });
});

test("a link that was used says that nothing changed and offers another", async () => {
  server.use(
    http.post("*/api/auth/password-reset/complete", () =>
      problemResponse({ status: 409, slug: "link-not-valid", detail: "A link works once." }),
    ),
  );
  const { user } = renderWithQueries(<ResetPassword />);
  await user.type(await screen.findByLabelText("New password"), "a short sentence");
  await user.click(screen.getByRole("button", { name: "Set new password" }));
  expect(await screen.findByRole("heading", { name: "This link does not work any more" })).toHaveFocus();
  expect(screen.getByRole("button", { name: "Send the link" })).toBeVisible();
});
