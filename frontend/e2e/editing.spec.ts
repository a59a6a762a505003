import { teamWithInvoice } from "./support/api";
import { goTo } from "./support/pages";
import { expect, test } from "./support/test";

test.describe("unsaved changes", () => {
  test.use({ asDemo: true });

  test("are asked about before a link, a shortcut or Back throws them away", async ({ page }) => {
    const question = page.getByRole("dialog", { name: "Leave without saving?" });
    await page.goto("/invoices");
    await page.getByRole("link", { name: "New invoice" }).first().click();
    const note = page.getByLabel("Note");
    await note.fill("Half a sentence");

    await page.getByRole("link", { name: "Customers", exact: true }).click();
    await question.getByRole("button", { name: "Keep editing" }).click();
    await expect(question).toBeHidden();
    await expect(note).toHaveValue("Half a sentence");

    // Not goBack(): it would wait for the page that the question holds back.
    await page.evaluate(() => history.back());
    await expect(question).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(question).toBeHidden();
    await expect(page).toHaveURL("/invoices/new");

    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await question.getByRole("button", { name: "Leave without saving" }).click();
    await expect(page).toHaveURL("/payments");
  });

  test("are asked about between two pages of the settings", async ({ page }) => {
    await page.goto("/settings/security");
    await page.getByLabel("Current password").fill("half a pass");
    const settings = page.getByRole("navigation", { name: "Settings" });
    await settings.getByRole("link", { name: "Profile" }).click();
    const question = page.getByRole("dialog", { name: "Leave without saving?" });
    await question.getByRole("button", { name: "Keep editing" }).click();
    await expect(page.getByLabel("Current password")).toHaveValue("half a pass");
    await settings.getByRole("link", { name: "Profile" }).click();
    await question.getByRole("button", { name: "Leave without saving" }).click();
    await expect(page).toHaveURL("/settings/profile");
  });

  test("hold the tab open", async ({ page }) => {
    await page.goto("/customers/new");
    await page.getByLabel("Name", { exact: true }).fill("Half a name");
    const asked = page.waitForEvent("dialog");
    const closing = page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.accept();
    await closing;
  });
});

test("an invoice becomes void only with a reason and a second yes, and stays in the books", async ({
  page,
}) => {
  const invoice = await teamWithInvoice(page.request);
  await page.goto(`/invoices/${invoice.id}`);
  const openDialog = async () => {
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Void invoice" }).click();
  };
  const dialog = page.getByRole("dialog", { name: `Void invoice ${invoice.number}?` });
  const balance = page.getByRole("region", { name: "Balance" });

  await openDialog();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
  await expect(balance).toContainText("Open");

  await openDialog();
  await dialog.getByRole("button", { name: "Void invoice" }).click();
  await expect(dialog.getByLabel("Why is it void?")).toHaveAccessibleDescription(/Write a few words/);
  await dialog.getByLabel("Why is it void?").fill("Wrong customer");
  await dialog.getByRole("button", { name: "Void invoice" }).click();
  await expect(dialog).toBeHidden();
  await expect(balance).toContainText("Cancelled");
  await expect(balance).toContainText("Wrong customer");

  await goTo(page, "Invoices");
  await page.getByRole("link", { name: "Void", exact: true }).click();
  await expect(page.getByRole("link", { name: invoice.number ?? "", exact: true })).toBeVisible();
});
