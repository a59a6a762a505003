import { screen, waitFor } from "@testing-library/react";
import { delay, http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { appInfoOf } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { LogInForm } from "./log-in-form";

const router = vi.hoisted(() => ({ replace: vi.fn() }));
vi.mock("next/navigation", () => ({
  useRouter: () => router,
  useSearchParams: () => new URLSearchParams(window.location.search),
}));

const signedIn = { is_second_factor_due: false };

beforeEach(() => {
  router.replace.mockReset();
  window.history.replaceState(null, "", "/log-in?next=%2Finvoices");
  server.use(http.get("*/api/public/app", () => HttpResponse.json(appInfoOf())));
});

async function fillIn(user: ReturnType<typeof renderWithQueries>["user"]) {
  await user.type(screen.getByLabelText("E-mail"), "ines@example.com");
  await user.type(screen.getByLabelText("Password"), "correct horse battery");
}

test("asks for what is missing, on the field, without a request", async () => {
  const { user } = renderWithQueries(<LogInForm />);
  await user.click(screen.getByRole("button", { name: "Log in" }));
  const email = await screen.findByLabelText("E-mail");
  await waitFor(() => expect(email).toHaveAccessibleDescription("Enter your e-mail address."));
  expect(email).toBeInvalid();
  expect(email).toHaveFocus();
});

test("goes where one wanted to go, and sends the header no other site can", async () => {
  let requestedWith: string | null = null;
  server.use(
    http.post("*/api/auth/log-in", ({ request }) => {
      requestedWith = request.headers.get("X-Requested-With");
      return HttpResponse.json(signedIn);
    }),
  );
  const { user } = renderWithQueries(<LogInForm />);
  await fillIn(user);
  await user.click(screen.getByRole("button", { name: "Log in" }));
  await waitFor(() => expect(router.replace).toHaveBeenCalledExactlyOnceWith("/invoices"));
  expect(requestedWith).toBe("quittance");
});

test("wrong credentials are said once, at the form, and are not the end of a session", async () => {
  server.use(
    http.post("*/api/auth/log-in", () =>
      problemResponse({
        status: 401,
        slug: "wrong-credentials",
        detail: "This e-mail and password do not match.",
      }),
    ),
  );
  const onUnauthenticated = vi.fn();
  const { user } = renderWithQueries(<LogInForm />, { onUnauthenticated });
  await fillIn(user);
  await user.click(screen.getByRole("button", { name: "Log in" }));
  expect(await screen.findByText("This e-mail and password do not match.")).toBeVisible();
  expect(screen.getByRole("alert")).toHaveTextContent("do not match");
  expect(screen.getByLabelText("Password")).toHaveValue("correct horse battery");
  expect(onUnauthenticated).not.toHaveBeenCalled();
});

test("a field the server refuses carries the server's words", async () => {
  server.use(
    http.post("*/api/auth/log-in", () =>
      problemResponse({
        status: 422,
        slug: "validation",
        detail: "Check the form.",
        errors: [{ path: "email", detail: "This is not an e-mail address." }],
      }),
    ),
  );
  const { user } = renderWithQueries(<LogInForm />);
  await fillIn(user);
  await user.click(screen.getByRole("button", { name: "Log in" }));
  await waitFor(() =>
    expect(screen.getByLabelText("E-mail")).toHaveAccessibleDescription("This is not an e-mail address."),
  );
});

test("while it waits, a second press does nothing", async () => {
  let requests = 0;
  server.use(
    http.post("*/api/auth/log-in", async () => {
      requests += 1;
      await delay(80);
      return HttpResponse.json(signedIn);
    }),
  );
  const { user } = renderWithQueries(<LogInForm />);
  await fillIn(user);
  const button = screen.getByRole("button", { name: "Log in" });
  await user.click(button);
  await waitFor(() => expect(button).toHaveAttribute("aria-busy", "true"));
  await user.click(button);
  await waitFor(() => expect(router.replace).toHaveBeenCalledOnce());
  expect(requests).toBe(1);
});

test("in development the demo account is shown and filled in", async () => {
  server.use(
    http.get("*/api/public/app", () =>
      HttpResponse.json(
        appInfoOf({ environment: "local", demo_login: { email: "demo@example.com", password: "demo-pass" } }),
      ),
    ),
  );
  const { user } = renderWithQueries(<LogInForm />);
  await user.click(await screen.findByRole("button", { name: "Fill in demo account" }));
  expect(screen.getByLabelText("E-mail")).toHaveValue("demo@example.com");
  expect(screen.getByLabelText("Password")).toHaveValue("demo-pass");
});
