import { expect, type Locator, type Page } from "@playwright/test";

/** By the sidebar, or on a phone by the sheet it becomes. */
export async function goTo(page: Page, label: string): Promise<void> {
  const menu = page.getByRole("button", { name: "Menu", exact: true });
  if (await menu.isVisible()) await menu.click();
  await page
    .getByRole("navigation", { name: "Main" })
    .getByRole("link", { name: label, exact: true })
    .click();
  await expect(page.getByRole("heading", { level: 1, name: label })).toBeVisible();
}

/** One of the dashboard's figures, found by its label. */
export function figure(page: Page, label: string): Locator {
  return page.locator("dl > div").filter({ has: page.getByText(label, { exact: true }) });
}

/** Every part of the page has its data. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("main").getByRole("status", { name: /^Loading/ })).toHaveCount(0);
}

/** To tell later that nothing reloaded the page in between. */
export async function mark(page: Page): Promise<void> {
  await page.evaluate(() => document.documentElement.setAttribute("data-marked", ""));
}

export async function expectSamePage(page: Page): Promise<void> {
  await expect(page.locator("html[data-marked]")).toHaveCount(1);
}
