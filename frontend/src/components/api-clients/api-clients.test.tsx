import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import type { ReactElement } from "react";
import { beforeEach, expect, test, vi } from "vitest";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { SessionGate } from "@/components/layout/session-gate";
import type { ApiClient, ApiKey, Permission } from "@/openapi/types.gen";
import { meWith, userOf } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { ApiAccessGate } from "./api-access-gate";
import { ApiClientsList } from "./api-clients-list";
import { ApiKeysList } from "./api-keys-list";
import { ConnectApiClient } from "./connect-api-client";
import { NewApiKey } from "./new-api-key";

const router = vi.hoisted(() => ({ push: vi.fn() }));
vi.mock("next/navigation", () => ({ useRouter: () => router, notFound: vi.fn() }));

const grantable: Permission[] = ["audit:read", "customers:read", "customers:write", "invoices:read"];
const secret = "qtn_live_0123456789Ab_secret";

const keyOf = (changes: Partial<ApiKey> = {}): ApiKey => ({
  id: "k1",
  name: "Nightly export",
  prefix: "qtn_live_0123456789Ab",
  scopes: ["customers:read", "customers:write", "invoices:read"],
  created_by_name: "Mara Lindqvist",
  created_at: "2026-05-16T09:00:00Z",
  expires_at: null,
  last_used_at: null,
  revoked_at: null,
  state: "active",
  ...changes,
});

const clientOf = (changes: Partial<ApiClient> = {}): ApiClient => ({
  id: "0198c0de-0000-7000-8000-00000000000c",
  name: "Ledger sync",
  scopes: ["customers:read"],
  created_by_name: "Mara Lindqvist",
  created_at: "2026-05-16T09:00:00Z",
  connected_at: null,
  last_used_at: null,
  expires_at: "2026-06-15T09:00:00Z",
  revoked_at: null,
  state: "active",
  ...changes,
});

const listKeys = (...items: ApiKey[]) =>
  http.get("*/api/api-keys", () => HttpResponse.json({ items, grantable_scopes: grantable }));
const listClients = (...items: ApiClient[]) =>
  http.get("*/api/api-clients", () => HttpResponse.json({ items, grantable_scopes: grantable }));

beforeEach(() => {
  router.push.mockReset();
  server.use(http.get("*/api/me", () => HttpResponse.json(meWith("api_keys:manage"))));
});

function renderPage(page: ReactElement) {
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <ApiAccessGate>
        <QueryBoundary skeleton={null} errorTitle="The API keys could not be loaded">
          {page}
        </QueryBoundary>
      </ApiAccessGate>
    </SessionGate>,
  );
}

test("a key is listed with what it may do in plain words, by whom, until when and whether it was used", async () => {
  server.use(listKeys(keyOf()));
  renderPage(<ApiKeysList />);
  const row = await screen.findByRole("listitem");
  expect(row).toHaveTextContent("Nightly export");
  expect(row).toHaveTextContent("qtn_live_0123456789Ab…");
  expect(row).toHaveTextContent("Customers: see, change · Invoices: see");
  expect(row).toHaveTextContent("Made by Mara Lindqvist");
  expect(row).toHaveTextContent("Never expires");
  expect(row).toHaveTextContent("Never used");
  expect(row).toHaveTextContent("Active");
});

test("a key is revoked after a question, and then listed as revoked", async () => {
  let isRevoked = false;
  server.use(
    http.get("*/api/api-keys", () => {
      const changes = { state: "revoked", revoked_at: new Date().toISOString() } as const;
      return HttpResponse.json({ items: [keyOf(isRevoked ? changes : {})], grantable_scopes: grantable });
    }),
    http.post("*/api/api-keys/k1/revoke", () => {
      isRevoked = true;
      return HttpResponse.json(keyOf({ state: "revoked" }));
    }),
  );
  const { user } = renderPage(<ApiKeysList />);
  await user.click(await screen.findByRole("button", { name: "Revoke Nightly export" }));
  expect(isRevoked).toBe(false);
  await user.click(screen.getByRole("button", { name: "Revoke key" }));
  await user.click(await screen.findByText("1 key no longer in use"));
  const ended = screen.getByRole("list", { name: "1 key no longer in use" });
  expect(within(ended).getByRole("listitem")).toHaveTextContent("Revoked just now");
  expect(within(ended).queryByRole("button")).toBeNull();
  expect(screen.getByRole("heading", { name: "No API key works" })).toBeVisible();
});

test("a refusal to revoke is said in the dialog, which stays", async () => {
  server.use(
    listKeys(keyOf()),
    http.post("*/api/api-keys/k1/revoke", () =>
      problemResponse({ status: 404, slug: "api-key-not-found", detail: "There is no such API key" }),
    ),
  );
  const { user } = renderPage(<ApiKeysList />);
  await user.click(await screen.findByRole("button", { name: "Revoke Nightly export" }));
  await user.click(screen.getByRole("button", { name: "Revoke key" }));
  expect(await within(screen.getByRole("dialog")).findByText("There is no such API key")).toBeVisible();
});

test("without keys the page says what they are for and leads to the first", async () => {
  server.use(listKeys());
  renderPage(<ApiKeysList />);
  expect(await screen.findByRole("heading", { name: "No API keys yet" })).toBeVisible();
  expect(screen.getByRole("link", { name: "Make an API key" })).toHaveAttribute(
    "href",
    "/settings/api-keys/new",
  );
});

test("when the keys cannot be loaded, trying again brings them", async () => {
  server.use(
    http.get("*/api/api-keys", () => problemResponse({ status: 503, slug: "x", detail: "Try again." }), {
      once: true,
    }),
    listKeys(keyOf()),
  );
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { user } = renderPage(<ApiKeysList />);
  expect(await screen.findByRole("heading", { name: "The API keys could not be loaded" })).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Nightly export")).toBeVisible();
});

test("who may not manage keys reads whom to ask, and nothing is requested", async () => {
  server.use(http.get("*/api/me", () => HttpResponse.json(meWith("customers:read"))));
  renderPage(<ApiKeysList />);
  expect(await screen.findByRole("heading", { name: "Your role can't manage API keys" })).toBeVisible();
});

test("who has not confirmed their address is asked to do that first", async () => {
  server.use(
    http.get("*/api/me", () =>
      HttpResponse.json({ ...meWith("api_keys:manage"), user: userOf({ is_email_verified: false }) }),
    ),
  );
  renderPage(<NewApiKey />);
  expect(await screen.findByRole("heading", { name: "Confirm your e-mail address first" })).toBeVisible();
});

test("read-only is one press; the key is shown once, on the page, before it leads back", async () => {
  const bodies: unknown[] = [];
  server.use(
    listKeys(),
    http.post("*/api/api-keys", async ({ request }) => {
      bodies.push(await request.json());
      return HttpResponse.json({ api_key: keyOf(), key: secret }, { status: 201 });
    }),
  );
  const { user } = renderPage(<NewApiKey />);
  await user.type(await screen.findByLabelText("Name"), "Nightly export");
  await user.click(screen.getByRole("button", { name: "Choose read-only" }));
  expect(screen.getByRole("checkbox", { name: "See customers" })).toBeChecked();
  expect(screen.getByRole("checkbox", { name: "Read the audit log" })).not.toBeChecked();
  await user.selectOptions(screen.getByLabelText("Expires"), "Never");
  await user.click(screen.getByRole("button", { name: "Make key" }));

  expect(await screen.findByText(secret)).toBeVisible();
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(bodies).toEqual([
    { name: "Nightly export", scopes: ["customers:read", "invoices:read"], expires_in_days: null },
  ]);
  await user.click(screen.getByRole("checkbox", { name: "I have stored the key" }));
  await user.click(screen.getByRole("button", { name: "Done" }));
  expect(router.push).toHaveBeenCalledExactlyOnceWith("/settings/api-keys");
});

test("a key without name or scopes is not sent, and only what the role may give is offered", async () => {
  server.use(listKeys());
  const { user } = renderPage(<NewApiKey />);
  await user.click(await screen.findByRole("button", { name: "Make key" }));
  expect(await screen.findByText("Choose what it may do.")).toBeVisible();
  expect(screen.getByLabelText("Name")).toBeInvalid();
  expect(screen.getAllByRole("checkbox")).toHaveLength(grantable.length);
  expect(screen.queryByRole("checkbox", { name: "Void invoices" })).toBeNull();
});

test("a scope that may not be given any more is said beside the choice, and all that was typed stays", async () => {
  server.use(
    listKeys(),
    http.post("*/api/api-keys", () =>
      problemResponse({
        status: 422,
        slug: "invalid-input",
        detail: "Some of the input is not valid.",
        errors: [{ path: "scopes[0]", detail: "You cannot give customers:write to a program." }],
      }),
    ),
  );
  const { user } = renderPage(<NewApiKey />);
  await user.type(await screen.findByLabelText("Name"), "Import");
  await user.click(screen.getByRole("checkbox", { name: "Add, change and archive customers" }));
  await user.click(screen.getByRole("button", { name: "Make key" }));
  expect(await screen.findByText("You cannot give customers:write to a program.")).toBeVisible();
  expect(screen.getByLabelText("Name")).toHaveValue("Import");
});

test("connecting a client shows its first token once, with where and until when to exchange it", async () => {
  let body: unknown;
  server.use(
    listClients(),
    http.post("*/api/api-clients", async ({ request }) => {
      body = await request.json();
      const created = {
        api_client: clientOf(),
        refresh_token: "first-token",
        expires_at: "2026-05-16T10:00:00Z",
        token_endpoint: "https://quittance.example/api/auth/token",
      };
      return HttpResponse.json(created, { status: 201 });
    }),
  );
  const { user } = renderPage(<ConnectApiClient />);
  await user.type(await screen.findByLabelText("Name"), "Ledger sync");
  expect(screen.queryByLabelText("Expires")).toBeNull();
  await user.click(screen.getByRole("checkbox", { name: "See customers" }));
  await user.click(screen.getByRole("button", { name: "Connect client" }));
  expect(await screen.findByText("first-token")).toBeVisible();
  expect(screen.getByText("https://quittance.example/api/auth/token")).toBeVisible();
  expect(body).toEqual({ name: "Ledger sync", scopes: ["customers:read"] });
});

test("a client is disconnected after a question", async () => {
  let isDisconnected = false;
  server.use(
    listClients(clientOf()),
    http.post("*/api/api-clients/:id/revoke", () => {
      isDisconnected = true;
      return HttpResponse.json(clientOf({ state: "revoked" }));
    }),
  );
  const { user } = renderPage(<ApiClientsList />);
  expect(await screen.findByText("Its first token was not exchanged yet")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Disconnect Ledger sync" }));
  expect(isDisconnected).toBe(false);
  await user.click(screen.getByRole("button", { name: "Disconnect client" }));
  await waitFor(() => expect(isDisconnected).toBe(true));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});
