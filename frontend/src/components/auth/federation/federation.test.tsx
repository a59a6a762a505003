import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import type { SignInProvider } from "@/openapi/types.gen";
import { appInfoOf } from "@/test/fixtures";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { ProviderLinks } from "./provider-links";
import { SignInProblem } from "./sign-in-problem";

vi.mock("next/navigation", () => ({
  useSearchParams: () => new URLSearchParams(window.location.search),
}));

let providers: SignInProvider[];

beforeEach(() => {
  providers = [
    { id: "google", name: "Google", can_step_up: true },
    { id: "github", name: "GitHub", can_step_up: false },
  ];
  server.use(
    http.get("*/api/public/app", () => HttpResponse.json(appInfoOf({ sign_in_providers: providers }))),
  );
});

function open(address: string) {
  window.history.replaceState(null, "", address);
  return renderWithQueries(
    <>
      <SignInProblem />
      <ProviderLinks other="above" />
    </>,
  );
}

test.each([
  ["/log-in", "/dashboard"],
  ["/log-in?next=%2Finvoices%3Fstatus%3Dopen", "/invoices?status=open"],
  ["/log-in?next=%2F%2Fevil.example", "/dashboard"],
])("from %s a provider leads to %s", async (address, expected) => {
  open(address);
  const link = await screen.findByRole("link", { name: "Continue with GitHub" });
  expect(link).toHaveAttribute(
    "href",
    `/api/auth/federation/github/start?next=${encodeURIComponent(expected)}`,
  );
  expect(screen.getAllByRole("link")).toHaveLength(2);
});

test("without a provider there is nothing, not even the word between", async () => {
  providers = [];
  const { queryClient } = open("/log-in");
  await expect.poll(() => queryClient.isFetching()).toBe(0);
  expect(screen.queryByRole("link")).toBeNull();
  expect(screen.queryByText("or")).toBeNull();
});

test("a refusal is said with the provider's name, once, and the address keeps only where to go", async () => {
  open("/log-in?problem=sign-in-cancelled&provider=google&next=%2Finvoices");
  expect(await screen.findByRole("alert")).toHaveTextContent(
    /^You stopped at Google, so nothing was changed/,
  );
  expect(window.location.search).toBe("?next=%2Finvoices");
  expect(screen.getByRole("link", { name: "Continue with Google" })).toHaveAttribute(
    "href",
    expect.stringContaining("next=%2Finvoices"),
  );
});

test("what somebody else wrote into the address is never shown", async () => {
  open("/log-in?problem=call-0800-555&provider=Your%20bank");
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent(/^Something went wrong on the way to the provider and back/);
});

test("a sentence may begin with a provider nobody knows", async () => {
  open("/log-in?problem=provider-unavailable&provider=gone");
  expect(await screen.findByRole("alert")).toHaveTextContent(/^The provider did not answer/);
});
