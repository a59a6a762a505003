import { listInvoices } from "./support/api";
import { settled } from "./support/pages";
import { expect, test } from "./support/test";

test.use({ asDemo: true });

test("keys lead through the product, and stay letters while one types", async ({ page }) => {
  await page.goto("/dashboard");
  await settled(page);
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(page).toHaveURL("/invoices");
  await settled(page);

  await page.keyboard.press("/");
  const search = page.getByRole("searchbox");
  await expect(search).toBeFocused();
  await page.keyboard.type("brandt n");
  await expect(search).toHaveValue("brandt n");
  await expect(page).toHaveURL(/\/invoices\?search=brandt/);

  await search.blur();
  await page.keyboard.press("n");
  await expect(page).toHaveURL("/invoices/new");
});

test("the list of keys opens by ? and gives the focus back", async ({ page }) => {
  await page.goto("/customers");
  await settled(page);
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Payments" });
  await link.focus();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(link).toBeFocused();
});

test("a dialog keeps the focus inside and gives it back to its button", async ({ page }) => {
  const [invoice] = await listInvoices(page.request, "?status=overdue");
  if (!invoice) throw new Error("The demo team has an overdue invoice.");
  await page.goto(`/invoices/${invoice.id}`);
  const button = page.getByRole("button", { name: "Record payment" });
  await button.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Record payment" });
  await expect(dialog).toBeVisible();
  for (let press = 0; press < 12; press++) {
    await page.keyboard.press("Tab");
    // Past the last control the browser's own frame may have its turn; the page behind never has.
    const isBehind = await page.evaluate(
      () => document.activeElement !== document.body && !document.activeElement?.closest("dialog"),
    );
    expect(isBehind).toBe(false);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
});

test("the focus can be seen wherever Tab takes it", async ({ page }) => {
  await page.goto("/invoices");
  await settled(page);
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();

  for (let press = 0; press < 25; press++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const isOutlined = ["::before", "::after", undefined].some((pseudo) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(element, pseudo);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
      });
      return { name: element.textContent.trim() || element.outerHTML.slice(0, 120), isOutlined };
    });
    if (focused) expect(focused).toEqual({ ...focused, isOutlined: true });
  }
});
