import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { ApiError } from "@/lib/errors";
import { appInfoOf } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { MailSent } from "./mail-sent";
import { SignUp } from "./sign-up";
import { VerifyEmail } from "./verify-email";

const router = vi.hoisted(() => ({ replace: vi.fn() }));
vi.mock("next/navigation", () => ({
  useRouter: () => router,
  useSearchParams: () => new URLSearchParams(window.location.search),
}));

beforeEach(() => {
  router.replace.mockReset();
  server.use(http.get("*/api/public/app", () => HttpResponse.json(appInfoOf())));
});

const promise = { email: "ines@example.com", valid_minutes: 60 };

test("signing up ends with a mail on its way; nobody is signed in", async () => {
  server.use(http.post("*/api/auth/sign-up", () => HttpResponse.json(promise, { status: 202 })));
  const { user } = renderWithQueries(<SignUp />);
  const typed = {
    "Your name": "Ines",
    Team: "Aubert",
    "E-mail": "i@example.com",
    Password: "short sentence",
  };
  for (const [label, text] of Object.entries(typed)) {
    await user.click(screen.getByLabelText(label));
    await user.paste(text);
  }
  await user.click(screen.getByRole("button", { name: "Create account" }));
  expect(await screen.findByRole("heading", { name: "Look in your mail" })).toHaveFocus();
  expect(screen.getByText(/We sent a mail to/)).toHaveTextContent(/ines@example\.com.*for an hour/);
  expect(router.replace).not.toHaveBeenCalled();

  await user.click(screen.getByRole("button", { name: "Use another address" }));
  expect(screen.getByLabelText("Team")).toHaveValue("Aubert");
  expect(screen.getByLabelText("Password")).toHaveValue("");
});

test("the mail can be sent again, and a refusal to is said", async () => {
  const onResend = vi.fn(() => Promise.resolve());
  const { user } = renderWithQueries(
    <MailSent promise={promise} whatNext="" onResend={onResend} onOtherAddress={() => undefined} />,
  );
  await user.click(screen.getByRole("button", { name: "Send it again" }));
  expect(await screen.findByText(/^Sent again/)).toBeVisible();
  onResend.mockRejectedValueOnce(new ApiError({ status: 429, type: "", detail: "Wait an hour." }));
  await user.click(screen.getByRole("button", { name: "Send it again" }));
  await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent("Wait an hour."));
});

test("on a development server the mailed link is shown where it is waited for", async () => {
  server.use(
    http.get("*/api/public/app", () => HttpResponse.json(appInfoOf({ environment: "local" }))),
    http.get("*/api/dev/mailbox", () =>
      HttpResponse.json({
        items: [
          { id: "2", to: "somebody@example.com", subject: "Another", created_at: "", attachment_count: 0 },
          { id: "1", to: promise.email, subject: "Confirm", created_at: "", attachment_count: 0 },
        ],
      }),
    ),
    http.get("*/api/dev/mailbox/1", () =>
      HttpResponse.json({
        id: "1",
        subject: "Confirm your e-mail address",
        text: "Hello\n\nhttp://localhost:8000/verify-email#token=abc\n\nThe link works once.",
      }),
    ),
  );
  renderWithQueries(
    <MailSent
      promise={promise}
      whatNext=""
      onResend={() => Promise.resolve()}
      onOtherAddress={() => undefined}
    />,
  );
  expect(await screen.findByRole("link", { name: "Confirm your e-mail address" })).toHaveAttribute(
    "href",
    "/verify-email#token=abc",
  );
});

test("the link's token leaves the address, and the password opens the account", async () => {
  window.history.replaceState(null, "", "/verify-email#token=abcdefghijklmnopqrstuvwxyz");
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/auth/verify-email", async ({ request }) => {
      sent.push(await request.json());
      return sent.length === 1
        ? problemResponse({
            status: 422,
            slug: "wrong-password",
            detail: "Check the form.",
            errors: [{ path: "password", detail: "This is not the password you chose when you signed up." }],
          })
        : HttpResponse.json({ is_second_factor_due: false });
    }),
  );
  const { user } = renderWithQueries(<VerifyEmail />);
  await user.type(await screen.findByLabelText("Password"), "a wrong sentence");
  expect(window.location.hash).toBe("");
  await user.click(screen.getByRole("button", { name: /^Confirm/ }));
  await waitFor(() =>
    expect(screen.getByLabelText("Password")).toHaveAccessibleDescription(/not the password you chose/),
  );
  await user.click(screen.getByRole("button", { name: /^Confirm/ }));
  await waitFor(() => expect(router.replace).toHaveBeenCalledExactlyOnceWith("/dashboard"));
  expect(sent[1]).toEqual({ token: "abcdefghijklmnopqrstuvwxyz", password: "a wrong sentence" });
});

test("a link that has run out asks for the address and mails another", async () => {
  window.history.replaceState(null, "", "/verify-email#token=abcdefghijklmnopqrstuvwxyz");
  server.use(
    http.post("*/api/auth/verify-email", () =>
      problemResponse({ status: 409, slug: "link-not-valid", detail: "A link works once." }),
    ),
    http.post("*/api/auth/verify-email/resend", () => HttpResponse.json(promise, { status: 202 })),
  );
  const { user } = renderWithQueries(<VerifyEmail />);
  await user.type(await screen.findByLabelText("Password"), "a short sentence");
  await user.click(screen.getByRole("button", { name: /^Confirm/ }));
  expect(await screen.findByRole("heading", { name: "This link does not work any more" })).toHaveFocus();
  await user.type(screen.getByLabelText("E-mail"), "ines@example.com");
  await user.click(screen.getByRole("button", { name: "Send the link" }));
  expect(await screen.findByText("ines@example.com")).toBeVisible();
});

test("an account that exists already confirms its address while it is logged in", async () => {
  window.history.replaceState(null, "", "/verify-email#account=mine&token=abcdefghijklmnopqrstuvwxyz");
  let isLoggedIn = false;
  server.use(
    http.post("*/api/me/verify-email", () =>
      isLoggedIn
        ? new HttpResponse(null, { status: 204 })
        : problemResponse({ status: 401, slug: "not-signed-in", detail: "Log in first." }),
    ),
  );
  const onUnauthenticated = vi.fn();
  const { user } = renderWithQueries(<VerifyEmail />, { onUnauthenticated });
  await user.click(await screen.findByRole("button", { name: "Confirm this address" }));
  expect(await screen.findByText(/You are not logged in here/)).toBeVisible();
  expect(onUnauthenticated).not.toHaveBeenCalled();
  isLoggedIn = true;
  await user.click(screen.getByRole("button", { name: "Confirm this address" }));
  expect(await screen.findByRole("heading", { name: "Your e-mail address is confirmed" })).toBeVisible();
});
