import { expect, type APIRequestContext, type Page } from "@playwright/test";

import { newcomer } from "./accounts";

/** The OpenID provider that `make e2e` starts beside the stack; a stack that was up before may have none. */
const ISSUER = process.env["E2E_ISSUER"] ?? "";

export const hasProvider = ISSUER !== "";

export type Stranger = { subject: string; name: string; email: string };

/** Somebody with an account at the provider, and none here. */
export async function strangerAtProvider(
  request: APIRequestContext,
  name: string,
  { email = newcomer(name).email } = {},
): Promise<Stranger> {
  const subject = crypto.randomUUID();
  const response = await request.put(`${ISSUER}/users/${subject}`, {
    data: { name, email, email_verified: true },
  });
  expect(response.ok(), await response.text()).toBe(true);
  return { subject, name, email };
}

export async function authorize(page: Page, { subject }: Stranger): Promise<void> {
  await expect(page).toHaveURL((url) => url.origin === ISSUER);
  await page.getByLabel("Subject", { exact: true }).fill(subject);
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
}

export async function deny(page: Page): Promise<void> {
  await expect(page).toHaveURL((url) => url.origin === ISSUER);
  await page.getByRole("button", { name: "Deny access" }).click();
}
