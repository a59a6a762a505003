import { expect, type APIRequestContext, type Page } from "@playwright/test";

import { linkMailedTo } from "./mailbox";

export type Account = { name: string; email: string; password: string };

/** The seed's account, as the log-in page of a development server shows it. */
export const demo: Account = {
  name: "Mara Lindqvist",
  email: "demo@quittance.example",
  password: "demo-quittance-2026",
};

/** Runs the installation; scripts/e2e.py makes the account. */
export const administrator: Account = {
  name: "Ada Berg",
  email: "ada@quittance.example",
  password: "keeps the lights on 2026",
};

/** Runs it, too: each journey sets up a second step of its own. */
export const operator: Account = {
  name: "Ove Lund",
  email: "ove@quittance.example",
  password: "keeps the queues short 2026",
};

/** Somebody who has not been here before. */
export function newcomer(name: string): Account {
  const id = crypto.randomUUID().slice(0, 8);
  return {
    name,
    email: `${name.toLowerCase().replaceAll(" ", ".")}.${id}@example.com`,
    password: `a quiet ledger ${id}`,
  };
}

export async function logInOverApi(request: APIRequestContext, { email, password }: Account): Promise<void> {
  const response = await request.post("/api/auth/log-in", {
    data: { email, password },
    headers: { "X-Requested-With": "quittance", "Sec-Fetch-Site": "same-origin" },
  });
  expect(response.status(), await response.text()).toBe(200);
}

/** By the form, the mailed link and the password once more, to the dashboard. */
export async function signUp(
  page: Page,
  { name, email, password }: Account,
  teamName: string,
): Promise<void> {
  await page.goto("/sign-up");
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Team").fill(teamName);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText(`We sent a mail to ${email}`)).toBeVisible();
  await page.goto(await linkMailedTo(page.request, email, "/verify-email"));
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Confirm and open my ledger" }).click();
  await expect(page).toHaveURL("/dashboard");
}

export async function logIn(
  page: Page,
  { email, password }: Pick<Account, "email" | "password">,
): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
}

export async function logOut(page: Page, name: string): Promise<void> {
  await page.goto("/dashboard");
  const menu = page.getByRole("button", { name: "Menu", exact: true });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole("button", { name: new RegExp(`^${name} `) }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await expect(page).toHaveURL("/log-in");
}
