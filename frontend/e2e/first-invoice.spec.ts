import type { Page } from "@playwright/test";

import { newcomer, signUp } from "./support/accounts";
import { expectSamePage, figure, goTo, mark } from "./support/pages";
import { pdfText } from "./support/pdf";
import { expect, test } from "./support/test";

test("from signing up to an invoice that is mailed and paid", async ({ page }) => {
  const owner = newcomer("Ada Winter");
  const customerEmail = owner.email.replace("@", ".customer@");

  await test.step("sign up, and be told what to do first", async () => {
    await signUp(page, owner, "Winter & Co");
    await expect(page.getByRole("listitem").filter({ hasText: "Say who you are" })).toHaveAttribute(
      "aria-current",
      "step",
    );
  });

  await test.step("complete the seller", async () => {
    await page.getByRole("link", { name: "Complete your details" }).click();
    const form = page.getByRole("form", { name: "Team" });
    await form.getByLabel("Legal name").fill("Winter & Co GmbH");
    await form.getByLabel("Address", { exact: true }).fill("Lindenallee 3");
    await form.getByLabel("City").fill("Kassel");
    await form.getByLabel("Country").selectOption("DE");
    await form.getByRole("button", { name: "Save team" }).click();
    await expect(page.getByText("Team saved.")).toBeVisible();
  });

  await test.step("add a customer", async () => {
    await goTo(page, "Dashboard");
    await page.getByRole("link", { name: "Add your first customer" }).click();
    const form = page.getByRole("form", { name: "Customer" });
    await form.getByLabel("Name", { exact: true }).fill("Galerie Sommer");
    await form.getByLabel("E-mail").fill(customerEmail);
    await form.getByLabel("City").fill("Bonn");
    await form.getByRole("button", { name: "Add customer" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Galerie Sommer" })).toBeVisible();
  });

  await test.step("write an invoice and see its totals while writing", async () => {
    await goTo(page, "Dashboard");
    await page.getByRole("link", { name: "Write the first invoice" }).click();
    await page.getByRole("combobox", { name: "Customer" }).fill("somm");
    await page.getByRole("option", { name: /Galerie Sommer/ }).click();
    await writeLine(page, 1, { description: "Interface design", quantity: "26.5", unitPrice: "92" });
    await expect(page.getByRole("form", { name: "Invoice" })).toContainText("2,901.22");
    await page.getByRole("button", { name: "Add line" }).click();
    await writeLine(page, 2, { description: "Hosting and care", quantity: "1", unitPrice: "79.90" });
    const totals = page.getByRole("form", { name: "Invoice" }).locator("dl");
    await expect(totals).toContainText("2,517.90");
    await expect(totals).toContainText("478.40");
    await expect(totals).toContainText("2,996.30");
  });

  let number = "";
  await test.step("issue it and watch it being sent, without a reload", async () => {
    await page.getByRole("button", { name: "Save and issue" }).click();
    const dialog = page.getByRole("dialog", { name: "Issue this invoice?" });
    await dialog.getByRole("button", { name: "Issue invoice" }).click();
    const heading = page.getByRole("heading", { level: 1, name: /\d{4}-0001$/ });
    await expect(heading).toBeVisible();
    number = (await heading.innerText()).trim();
    await mark(page);
    const delivery = page.getByRole("region", { name: "Delivery" });
    await expect(delivery.getByRole("status")).toContainText(`Mailed to ${customerEmail}`, {
      timeout: 20_000,
    });
    await expect(page.getByRole("region", { name: "Timeline" })).toContainText("Mailed");
    await expectSamePage(page);
  });

  await test.step("open the mail and its PDF", async () => {
    await goTo(page, "Mailbox");
    await page
      .getByRole("list", { name: "Messages" })
      .getByRole("link")
      .filter({ hasText: customerEmail })
      .click();
    await expect(page.getByRole("article")).toContainText(customerEmail);
    expect(await page.locator("article iframe").getAttribute("srcdoc")).not.toContain("<script");
    await expect(page.frameLocator("article iframe").getByText(number).first()).toBeVisible();
    const attachment = page.getByRole("list", { name: "Attachments" }).getByRole("link", { name: /\.pdf/ });
    const response = await page.request.get((await attachment.getAttribute("href")) ?? "");
    expect(response.headers()["content-type"]).toContain("application/pdf");
    const pdf = await response.body();
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(pdf.length).toBeGreaterThan(10_000);
    const text = pdfText(pdf);
    if (text !== null) {
      for (const words of [number, "Winter & Co GmbH", "Galerie Sommer", "2,996.30"])
        expect(text).toContain(words);
    }
  });

  const balance = page.getByRole("region", { name: "Balance" });
  await test.step("record a part of the money", async () => {
    await goTo(page, "Invoices");
    await page.getByRole("link", { name: number }).click();
    await recordPayment(page, "1000");
    await expect(balance).toContainText("Partly paid");
    await expect(balance).toContainText("1,996.30");
  });

  await test.step("record the rest", async () => {
    await recordPayment(page, null);
    await expect(balance).toContainText("Paid in full");
    await expect(page.getByRole("button", { name: "Record payment" })).toHaveCount(0);
  });

  await test.step("find it on the dashboard", async () => {
    await goTo(page, "Dashboard");
    await expect(figure(page, "Outstanding")).toContainText("0.00");
    await expect(figure(page, "Outstanding")).toContainText("All is paid");
    await expect(figure(page, "Paid this month")).toContainText("2,996.30");
    const activity = page.getByRole("region", { name: "Recent activity" });
    await expect(activity).toContainText(`Galerie Sommer paid 1,996.30\u00a0EUR on ${number}`);
    await expect(page.getByRole("region", { name: "What to do now" })).toContainText("Nothing.");
  });
});

type Line = { description: string; quantity: string; unitPrice: string };

async function writeLine(page: Page, position: number, line: Line): Promise<void> {
  const row = page.getByRole("listitem", { name: `Line ${position}` });
  await row.getByLabel("Description").fill(line.description);
  await row.getByLabel("Quantity").fill(line.quantity);
  await row.getByLabel("Unit price").fill(line.unitPrice);
  await expect(row.getByLabel("VAT rate")).toHaveValue("19");
}

/** null: the amount that is due, as the dialog proposes it. */
async function recordPayment(page: Page, amount: string | null): Promise<void> {
  await page.getByRole("button", { name: "Record payment" }).click();
  const dialog = page.getByRole("dialog", { name: "Record payment" });
  if (amount !== null) await dialog.getByLabel("Amount in EUR").fill(amount);
  await dialog.getByRole("button", { name: "Record payment" }).click();
  await expect(dialog).toBeHidden();
}
