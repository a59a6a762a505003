import { createHmac } from "node:crypto";

import type { Page } from "@playwright/test";

import { logIn, newcomer, signUp } from "./support/accounts";
import { expect, test } from "./support/test";

test.use({ expectedErrors: [/status of (401|403|422) .*\/api\/(me.*|auth\/.*|events)\)$/] });

const STEP_SECONDS = 30;

/** RFC 6238, as an authenticator app computes it; `stepsAhead` spares the test a wait for the next code. */
function oneTimeCode(secret: string, stepsAhead = 0): string {
  const bits = Array.from(secret)
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / STEP_SECONDS) + stepsAhead));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function logOut(page: Page, name: string): Promise<void> {
  await page.goto("/dashboard");
  const menu = page.getByRole("button", { name: "Menu", exact: true });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await expect(page).toHaveURL("/log-in");
}

test("an authenticator app is set up, asked for at the next log-in, and replaced by a recovery code", async ({
  page,
}) => {
  const person = newcomer("Tove Holm");
  await signUp(page, person, "Holm & Vik");
  await page.goto("/settings/security");
  await page.getByRole("button", { name: "Set up app" }).click();
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  const form = page.getByRole("form", { name: "Set up authenticator app" });
  const secret = (await form.getByText(/^[A-Z2-7]{32}$/).textContent()) ?? "";

  await form.getByLabel("Code").fill("000000");
  await form.getByRole("button", { name: "Turn on" }).click();
  await expect(form.getByLabel("Code")).toHaveAccessibleDescription(/does not fit/);
  await form.getByLabel("Code").fill(oneTimeCode(secret, -1));
  await form.getByRole("button", { name: "Turn on" }).click();

  const codes = page.getByRole("list", { name: "Your recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  const [recoveryCode] = await codes.allTextContents();
  await page.getByLabel("I have stored them").check();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("10 codes left")).toBeVisible();

  await logOut(page, person.name);
  await logIn(page, person);
  await expect(page).toHaveURL(/\/log-in\/second-step/);
  // Half a session leads back here from everywhere.
  await page.goto("/invoices");
  await expect(page).toHaveURL("/log-in/second-step?next=%2Finvoices");
  await page.getByLabel("Code").fill(oneTimeCode(secret));
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await expect(page).toHaveURL("/invoices");

  await logOut(page, person.name);
  await logIn(page, person);
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await page.getByLabel("Recovery code").fill(recoveryCode ?? "");
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await expect(page).toHaveURL("/dashboard");
  await page.goto("/settings/security");
  await expect(page.getByText("9 codes left")).toBeVisible();
});

test("the second step can be left", async ({ page }) => {
  await page.goto("/log-in/second-step");
  await expect(page).toHaveURL("/log-in");
});
