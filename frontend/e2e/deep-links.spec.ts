import { listInvoices } from "./support/api";
import { expectSamePage, mark } from "./support/pages";
import { expect, test } from "./support/test";

test.use({ asDemo: true });

test("an invoice's address survives links, back, forward, reload and direct entry", async ({ page }) => {
  const [first, second] = await listInvoices(page.request, "?status=paid");
  if (!first || !second) throw new Error("The demo team has at least two paid invoices.");
  const heading = page.getByRole("heading", { level: 1 });

  await page.goto("/invoices?status=paid");
  await mark(page);
  await page.getByRole("link", { name: first.number ?? "", exact: true }).click();
  await expect(page).toHaveURL(`/invoices/${first.id}`);
  await expect(heading).toHaveText(first.number ?? "");

  await page.goBack();
  await expect(page).toHaveURL("/invoices?status=paid");
  await page.getByRole("link", { name: second.number ?? "", exact: true }).click();
  await expect(heading).toHaveText(second.number ?? "");
  await expectSamePage(page);

  await page.reload();
  await expect(page).toHaveURL(`/invoices/${second.id}`);
  await expect(heading).toHaveText(second.number ?? "");

  await page.goBack();
  await page.goForward();
  await expect(heading).toHaveText(second.number ?? "");

  await page.goto(`/invoices/${first.id}`);
  await expect(heading).toHaveText(first.number ?? "");
});

test("the pages below an id can be entered directly too", async ({ page }) => {
  const [draft] = await listInvoices(page.request, "?status=draft");
  if (!draft) throw new Error("The demo team has a draft.");
  await page.goto(`/invoices/${draft.id}/edit`);
  await expect(page.getByRole("combobox", { name: "Customer" })).toHaveValue(draft.customer_name);
  await page.goto(`/customers/${draft.customer_id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(draft.customer_name);
  await page.goto(`/customers/${draft.customer_id}/edit`);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue(draft.customer_name);
});

test("settings open at the profile, and the address of the old team tab at the team", async ({ page }) => {
  const heading = page.getByRole("heading", { level: 1 });
  const here = page.getByRole("navigation", { name: "Settings" }).locator("[aria-current=page]");

  await page.goto("/settings?tab=team");
  await expect(page).toHaveURL("/settings/team");
  await expect(here).toHaveText("Team details");

  await page.goto("/dashboard");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }).click();
  await expect(page).toHaveURL("/settings/profile");
  await expect(heading).toHaveText("Profile");

  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Security" }).click();
  await expect(heading).toHaveText("Security");
  await expect(here).toHaveText("Security");

  // The redirect leaves no entry of its own behind.
  await page.goBack();
  await page.goBack();
  await expect(page).toHaveURL("/dashboard");
});

test("pages allow the scripts they were built with, and no others", async ({ page }) => {
  const [invoice] = await listInvoices(page.request, "?status=open");
  const response = await page.goto(`/invoices/${invoice?.id ?? "none"}`);
  const policy = response?.headers()["content-security-policy"] ?? "";
  const scripts = policy.split("; ").find((directive) => directive.startsWith("script-src"));
  expect(scripts).toMatch(/^script-src 'self'( 'sha256-[^']+')+$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test.describe("what is not there", () => {
  test.use({ expectedErrors: [/status of 404 /] });

  test("an unknown invoice is the not-found page, inside the product", async ({ page }) => {
    await page.goto("/invoices/00000000-0000-7000-8000-000000000000");
    await expect(page.getByRole("heading", { name: "Nothing is entered here" })).toBeVisible();
    await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  });

  test("an unknown address is the not-found page, with its status", async ({ page }) => {
    const response = await page.goto("/no/such/page");
    expect(response?.status()).toBe(404);
    await expect(page.getByRole("heading", { name: "Nothing is entered here" })).toBeVisible();
    await page.getByRole("link", { name: "Go to the dashboard" }).click();
    await expect(page).toHaveURL("/dashboard");
  });
});
