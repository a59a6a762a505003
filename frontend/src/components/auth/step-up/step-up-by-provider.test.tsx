import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { appInfoOf } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { StepUpForm } from "./step-up-form";

const onConfirmed = vi.fn();
const onLeave = vi.fn();

function serve(...linked: string[]) {
  const names: Record<string, string> = { google: "Google", github: "GitHub", okta: "Okta" };
  server.use(
    http.get("*/api/public/app", () =>
      HttpResponse.json(
        appInfoOf({
          sign_in_providers: Object.entries(names).map(([id, name]) => ({
            id,
            name,
            can_step_up: id !== "github",
          })),
        }),
      ),
    ),
    http.get("*/api/me/linked-accounts", () =>
      HttpResponse.json(
        linked.map((id) => ({
          id,
          provider_id: id,
          provider_name: names[id],
          label: "mara",
          created_at: "2026-05-16T09:00:00Z",
          last_used_at: null,
          is_only_way_in: true,
        })),
      ),
    ),
  );
}

afterEach(() => {
  vi.unstubAllGlobals();
});

beforeEach(() => {
  server.use(http.get("*/api/auth/step-up", () => HttpResponse.json({ methods: ["federated"] })));
});

test("who has only a linked account confirms there, and comes back to this very page", async () => {
  serve("google");
  const assign = vi.fn();
  vi.stubGlobal(
    "location",
    Object.assign(new URL("http://localhost/settings/audit-log?target=team"), { assign }),
  );
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/auth/federation/google/step-up", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ authorization_url: "https://provider.example/authorize?prompt=login" });
    }),
  );
  const { user } = renderWithQueries(<StepUpForm onConfirmed={onConfirmed} onLeave={onLeave} />);
  await user.click(await screen.findByRole("button", { name: "Confirm with Google" }));
  await waitFor(() =>
    expect(assign).toHaveBeenCalledExactlyOnceWith("https://provider.example/authorize?prompt=login"),
  );
  expect(sent).toEqual([{ next_path: "/settings/audit-log?target=team" }]);
  // Not with one that is not linked.
  expect(screen.getAllByRole("button")).toHaveLength(1);
});

test("a provider that does not answer is said, and nothing is left", async () => {
  serve("google");
  server.use(
    http.post("*/api/auth/federation/google/step-up", () =>
      problemResponse({ status: 503, slug: "provider-unavailable", detail: "Google did not answer." }),
    ),
  );
  const { user } = renderWithQueries(<StepUpForm onConfirmed={onConfirmed} onLeave={onLeave} />);
  await user.click(await screen.findByRole("button", { name: "Confirm with Google" }));
  await expect.poll(() => screen.getByRole("alert").textContent).toBe("Google did not answer.");
});

test("where the provider cannot confirm, the way is a password by mail, and the dialog does not stand in it", async () => {
  serve("github");
  const { user } = renderWithQueries(<StepUpForm onConfirmed={onConfirmed} onLeave={onLeave} />);
  expect(await screen.findByText(/^GitHub cannot confirm that it is you/)).toBeVisible();
  const link = screen.getByRole("link", { name: "Set a password by mail" });
  expect(link).toHaveAttribute("href", "/forgot-password");
  link.addEventListener("click", (event) => event.preventDefault());
  await user.click(link);
  expect(onLeave).toHaveBeenCalledOnce();
  expect(onConfirmed).not.toHaveBeenCalled();
});

test("what cannot be loaded can be tried again", async () => {
  serve("google");
  server.use(
    http.get(
      "*/api/me/linked-accounts",
      () => problemResponse({ status: 503, slug: "service-unavailable", detail: "Try again in a moment." }),
      { once: true },
    ),
  );
  const { user } = renderWithQueries(<StepUpForm onConfirmed={onConfirmed} onLeave={onLeave} />);
  await user.click(await screen.findByRole("button", { name: /try again/i }));
  expect(await screen.findByRole("button", { name: "Confirm with Google" })).toBeVisible();
});
