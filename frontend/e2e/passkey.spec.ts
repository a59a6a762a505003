import type { Page } from "@playwright/test";

import { newcomer, signUp } from "./support/accounts";
import { expect, test } from "./support/test";

// Chromium alone has a virtual authenticator to attach.
test.use({ expectedErrors: [/status of (401|403) .*\/api\/(me.*|auth\/.*|events)\)$/] });

async function attachAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** The virtual authenticator answers whatever is asked; a person would first pick from the field's suggestions. */
async function withoutSuggestions(page: Page): Promise<void> {
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
  });
}

test("a passkey is added, and signs in without a password", async ({ page }) => {
  await attachAuthenticator(page);
  await withoutSuggestions(page);
  const person = newcomer("Sela Brandt");
  await signUp(page, person, "Studio Brandt");
  await page.goto("/settings/security");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Laptop");
  await page.getByRole("button", { name: "Add passkey" }).click();

  await expect(page.getByRole("list", { name: "Your recovery codes" }).getByRole("listitem")).toHaveCount(10);
  await page.getByLabel("I have stored them").check();
  await page.getByRole("button", { name: "Done" }).click();
  const passkeys = page.getByRole("list", { name: "Passkeys" });
  await expect(passkeys.getByText("Laptop")).toBeVisible();
  await page.getByRole("button", { name: "Rename Laptop" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Desk");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(passkeys.getByText("Desk")).toBeVisible();

  await page.context().clearCookies();
  await page.goto("/log-in?next=%2Fsettings%2Fsecurity");
  await page.getByRole("button", { name: "Log in with a passkey" }).click();
  await expect(page).toHaveURL("/settings/security");
  await expect(passkeys.getByText(/last used just now/)).toBeVisible();

  await page.getByRole("button", { name: "Remove Desk" }).click();
  await page.getByRole("button", { name: "Remove passkey" }).click();
  await expect(page.getByText("You have no passkey yet.")).toBeVisible();
});

test("a passkey picked from the field's suggestions signs in by itself", async ({ page }) => {
  await attachAuthenticator(page);
  await signUp(page, newcomer("Ivo Lenz"), "Lenz & Co");
  await page.goto("/settings/security");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Phone");
  await page.getByRole("button", { name: "Add passkey" }).click();
  await expect(page.getByRole("list", { name: "Your recovery codes" }).getByRole("listitem")).toHaveCount(10);

  await page.context().clearCookies();
  await page.goto("/log-in");
  await expect(page).toHaveURL("/dashboard");
  await expect(page.getByText("Lenz & Co").first()).toBeVisible();
});
