import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { QueryBoundary } from "@/components/layout/query-boundary";
import type { LinkedAccount } from "@/openapi/types.gen";
import { appInfoOf } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { LinkedAccounts } from "./linked-accounts";
import { LinkedAccountsSkeleton } from "./linked-accounts-skeleton";

function accountOf(changes: Partial<LinkedAccount>): LinkedAccount {
  return {
    id: "0198c0de-0000-7000-8000-000000000009",
    provider_id: "google",
    provider_name: "Google",
    label: "mara@gmail.example",
    created_at: "2026-05-16T09:00:00Z",
    last_used_at: "2026-05-16T09:00:00Z",
    is_only_way_in: false,
    ...changes,
  };
}

let accounts: LinkedAccount[];

afterEach(() => {
  vi.unstubAllGlobals();
});

beforeEach(() => {
  accounts = [accountOf({})];
  server.use(
    http.get("*/api/public/app", () =>
      HttpResponse.json(
        appInfoOf({
          sign_in_providers: [
            { id: "google", name: "Google", can_step_up: true },
            { id: "github", name: "GitHub", can_step_up: false },
          ],
        }),
      ),
    ),
    http.get("*/api/me/linked-accounts", () => HttpResponse.json(accounts)),
    http.delete("*/api/me/linked-accounts/:id", ({ params }) => {
      accounts = accounts.filter(({ id }) => id !== params["id"]);
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

function renderAccounts() {
  return renderWithQueries(
    <QueryBoundary
      skeleton={<LinkedAccountsSkeleton />}
      errorTitle="Your linked accounts could not be loaded"
    >
      <LinkedAccounts />
    </QueryBoundary>,
  );
}

async function unlinkGoogle({ user }: ReturnType<typeof renderAccounts>) {
  await user.click(await screen.findByRole("button", { name: "Unlink Google" }));
  const dialog = screen.getByRole("dialog", { name: "Unlink Google?" });
  expect(dialog).toHaveTextContent("mara@gmail.example opens your account here no longer.");
  await user.click(within(dialog).getByRole("button", { name: "Unlink" }));
}

test("an account is shown with its address and use; only what is not linked can be linked", async () => {
  renderAccounts();
  expect(screen.getByRole("status", { name: "Loading" })).toBeInTheDocument();
  expect(await screen.findByRole("listitem")).toHaveTextContent(
    /^Google.*mara@gmail\.example.*Linked 16 May 2026.*last used/,
  );
  expect(await screen.findByRole("button", { name: "Link GitHub" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Link Google" })).toBeNull();
});

test("unlinking takes a second yes, and then the account can be linked again", async () => {
  await unlinkGoogle(renderAccounts());
  expect(await screen.findByText("No account elsewhere opens yours yet.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Link Google" })).toBeVisible();
});

test("the only way in cannot be unlinked, and says what to do first", async () => {
  accounts = [accountOf({ is_only_way_in: true })];
  renderAccounts();
  expect(await screen.findByRole("listitem")).toHaveTextContent(
    /Only way in.*first set a password, add a passkey or link another account/,
  );
  expect(screen.queryByRole("button", { name: "Unlink Google" })).toBeNull();
});

test("where it became the only way in meanwhile, the dialog says so and the account stays", async () => {
  server.use(
    http.delete("*/api/me/linked-accounts/:id", () =>
      problemResponse({ status: 409, slug: "only-way-in", detail: "Nothing else would open your account." }),
    ),
  );
  await unlinkGoogle(renderAccounts());
  const dialog = screen.getByRole("dialog", { name: "Unlink Google?" });
  expect(await within(dialog).findByText("Nothing else would open your account.")).toBeVisible();
  expect(screen.getByRole("listitem")).toHaveTextContent("mara@gmail.example");
});

test("linking asks for this page to come back to, and leaves for the provider", async () => {
  const assign = vi.fn();
  vi.stubGlobal("location", Object.assign(new URL("http://localhost/settings/security"), { assign }));
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/auth/federation/github/link", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ authorization_url: "https://provider.example/authorize?state=1" });
    }),
  );
  const { user } = renderAccounts();
  await user.click(await screen.findByRole("button", { name: "Link GitHub" }));
  await waitFor(() =>
    expect(assign).toHaveBeenCalledExactlyOnceWith("https://provider.example/authorize?state=1"),
  );
  expect(sent).toEqual([{ next_path: "/settings/security" }]);
  const button = screen.getByRole("button", { name: "Link GitHub" });
  expect(button).toHaveAttribute("aria-busy", "true");

  // The browser's own way back shows the page as it was left.
  window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  await waitFor(() => expect(button).not.toHaveAttribute("aria-busy"));
});

test("a refusal to begin is said below the list", async () => {
  server.use(
    http.post("*/api/auth/federation/github/link", () =>
      problemResponse({ status: 503, slug: "provider-unavailable", detail: "GitHub did not answer." }),
    ),
  );
  const { user } = renderAccounts();
  await user.click(await screen.findByRole("button", { name: "Link GitHub" }));
  await expect.poll(() => screen.getByRole("alert").textContent).toBe("GitHub did not answer.");
});

test("an account of a provider that is gone can be unlinked, and says that it opens nothing", async () => {
  accounts = [accountOf({ provider_id: null, provider_name: "old.example" })];
  renderAccounts();
  expect(await screen.findByRole("listitem")).toHaveTextContent(/no longer offers it, so it opens nothing/);
  expect(screen.getByRole("button", { name: "Unlink old.example" })).toBeVisible();
});

test("where there is neither a provider nor an account, there is no section", async () => {
  accounts = [];
  server.use(http.get("*/api/public/app", () => HttpResponse.json(appInfoOf())));
  renderAccounts();
  await waitFor(() => expect(screen.queryByRole("status", { name: "Loading" })).toBeNull());
  expect(screen.queryByRole("heading")).toBeNull();
});

test("what cannot be loaded says so and can be tried again", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  server.use(
    http.get(
      "*/api/me/linked-accounts",
      () => problemResponse({ status: 503, slug: "service-unavailable", detail: "Try again in a moment." }),
      { once: true },
    ),
  );
  const { user } = renderAccounts();
  expect(await screen.findByText("Your linked accounts could not be loaded")).toBeVisible();
  await user.click(screen.getByRole("button", { name: /try again/i }));
  expect(await screen.findByText("mara@gmail.example")).toBeVisible();
});
