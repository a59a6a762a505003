import type { Page } from "@playwright/test";

import { logOut, newcomer, signUp } from "./support/accounts";
import { authorize, deny, hasProvider, strangerAtProvider } from "./support/provider";
import { expect, test } from "./support/test";

test.skip(!hasProvider, "The stack under test was started without the OpenID provider of `make e2e`.");
test.use({
  expectedErrors: [
    // Requests refused on purpose; and what the provider's own pages lack.
    /status of (401|403) .*\/api\/(me.*|auth\/.*|events)\)$|status of 404 .*\/favicon\.ico\)$/,
  ],
});

// The provider's pages would wait for a stylesheet from afar.
test.beforeEach(({ page }) =>
  page.route("**/pico.min.css", (route) => route.fulfill({ contentType: "text/css", body: "" })),
);

const accounts = (page: Page) => page.getByRole("list", { name: "Linked accounts" }).getByRole("listitem");

test("a stranger signs up with a provider, logs out, and comes back to the page they wanted", async ({
  page,
}) => {
  const stranger = await strangerAtProvider(page.request, "Nora Vang");
  await page.goto("/sign-up");
  await page.getByRole("link", { name: "Continue with Harbour" }).click();
  await authorize(page, stranger);
  await expect(page).toHaveURL("/dashboard");
  await expect(page.getByText("Nora Vang’s team").first()).toBeVisible();

  await page.goto("/settings/security");
  await expect(accounts(page)).toContainText([stranger.email]);
  // No password, no passkey: the way in is kept.
  await expect(accounts(page)).toContainText(["Only way in"]);
  await expect(page.getByRole("button", { name: "Unlink Harbour" })).toHaveCount(0);

  await logOut(page, "Nora Vang");
  await page.goto("/invoices?status=open");
  await expect(page).toHaveURL("/log-in?next=%2Finvoices%3Fstatus%3Dopen");
  const link = page.getByRole("link", { name: "Continue with Harbour" });
  await link.focus();
  await page.keyboard.press("Enter");
  await authorize(page, stranger);
  await expect(page).toHaveURL("/invoices?status=open");
});

test("an account is linked from the settings, opens the same team, and is unlinked", async ({ page }) => {
  const person = newcomer("Silje Moe");
  await signUp(page, person, "Moe & Lind");
  const elsewhere = await strangerAtProvider(page.request, "Silje Moe");
  await page.goto("/settings/security");
  await page.getByRole("button", { name: "Link Harbour", exact: true }).click();
  await authorize(page, elsewhere);
  await expect(page).toHaveURL("/settings/security");
  await expect(accounts(page)).toContainText([elsewhere.email]);
  await expect(page.getByRole("button", { name: "Link Harbour", exact: true })).toHaveCount(0);

  await logOut(page, person.name);
  await page.getByRole("link", { name: "Continue with Harbour" }).click();
  await authorize(page, elsewhere);
  await expect(page).toHaveURL("/dashboard");
  await expect(page.getByText("Moe & Lind").first()).toBeVisible();

  await page.goto("/settings/security");
  await page.getByRole("button", { name: "Unlink Harbour" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Unlink" }).click();
  await expect(page.getByText("No account elsewhere opens yours yet.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Link Harbour", exact: true })).toBeVisible();
});

test("whoever says no at the provider reads what happened, once, and still gets where they wanted", async ({
  page,
}) => {
  const stranger = await strangerAtProvider(page.request, "Ada Krogh");
  await page.goto("/log-in?next=%2Fcustomers");
  await page.getByRole("link", { name: "Continue with Harbour" }).click();
  await deny(page);
  await expect(page.getByRole("alert").filter({ hasText: "You stopped at Harbour" })).toBeVisible();
  await expect(page).toHaveURL("/log-in?next=%2Fcustomers");

  await page.getByRole("link", { name: "Continue with Harbour" }).click();
  await authorize(page, stranger);
  await expect(page).toHaveURL("/customers");
});

test("an address that has an account here is not taken over by an account elsewhere", async ({ page }) => {
  const person = newcomer("Per Aas");
  await signUp(page, person, "Aas");
  await logOut(page, person.name);
  const elsewhere = await strangerAtProvider(page.request, "Per Aas", { email: person.email });
  await page.getByRole("link", { name: "Continue with Harbour" }).click();
  await authorize(page, elsewhere);
  await expect(page.getByText("There is an account with your e-mail address already")).toBeVisible();
  await page.goto("/dashboard");
  await expect(page).toHaveURL("/log-in");
});

test("who has no password confirms with the provider, and makes the change then", async ({ page }) => {
  const stranger = await strangerAtProvider(page.request, "Runa Berg");
  await page.goto("/sign-up");
  await page.getByRole("link", { name: "Continue with Harbour" }).click();
  await authorize(page, stranger);
  await expect(page).toHaveURL("/dashboard");
  await page.goto("/settings/security");
  // What the API says once ten minutes are over; the rest is its own answers.
  await page.route("**/api/me/password", (route) =>
    route.fulfill({
      status: 403,
      contentType: "application/problem+json",
      json: { type: "urn:quittance:problem:step-up-required", title: "Confirm that it is you", status: 403 },
    }),
  );
  await page.getByLabel("New password").fill("a harbour for the night");
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByRole("button", { name: "Confirm with Harbour" }).click();
  await authorize(page, stranger);
  await expect(page).toHaveURL("/settings/security");

  await page.unroute("**/api/me/password");
  await page.getByLabel("New password").fill("a harbour for the night");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByRole("button", { name: "Change password" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Unlink Harbour" })).toBeVisible();
});
