import { demo, logIn } from "./support/accounts";
import { expect, test } from "./support/test";

// What the browser itself writes for the answer that says "nobody is signed in" or "wrong password".
test.use({ expectedErrors: [/status of 401 .*\/api\/(me|auth\/log-in)\)$/] });

test("the demo account logs in from what the page shows, after a mistyped password, and logs out", async ({
  page,
}) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/log-in/);
  await expect(page.getByRole("region", { name: "Demo account" })).toContainText(demo.email);

  await logIn(page, { email: demo.email, password: "not the password" });
  await expect(page.getByRole("alert").filter({ hasText: /password is wrong/i })).toBeVisible();
  await expect(page).toHaveURL(/\/log-in/);

  await page.getByRole("button", { name: "Fill in demo account" }).click();
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await expect(page).toHaveURL("/dashboard");
  await expect(page.getByText("Atelier Nord").first()).toBeVisible();

  await page.getByRole("button", { name: new RegExp(demo.name) }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await expect(page).toHaveURL("/log-in");

  await page.goto("/dashboard");
  await expect(page).toHaveURL(/\/log-in/);
});

test("a page for members sends a visitor to the log-in and back to where they wanted to go", async ({
  page,
}) => {
  await page.goto("/invoices?status=overdue");
  await expect(page).toHaveURL(/\/log-in\?next=/);
  await logIn(page, demo);
  await expect(page).toHaveURL("/invoices?status=overdue");
  await expect(page.getByRole("link", { name: /^AN-/ }).first()).toBeVisible();
});

test("the log-in leads to no other site", async ({ page }) => {
  await page.goto("/log-in?next=//elsewhere.example/");
  await logIn(page, demo);
  await expect(page).toHaveURL("/dashboard");
});
