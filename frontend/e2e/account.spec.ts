import { logIn, logOut, newcomer, signUp } from "./support/accounts";
import { linkMailedTo } from "./support/mailbox";
import { expect, test } from "./support/test";

test.use({ expectedErrors: [/status of (401|403|409|422) .*\/api\/(me|auth\/.*|events.*)\)$/] });

test("a session that is ended in another browser is over at once", async ({ page, browser }) => {
  const person = newcomer("Tove Holm");
  await signUp(page, person, "Holm & Vik");
  const elsewhere = await browser.newContext({ userAgent: "Mozilla/5.0 (Windows NT 10.0) Firefox/145.0" });
  const otherPage = await elsewhere.newPage();
  await otherPage.goto("/log-in?next=/customers");
  await logIn(otherPage, person);
  await expect(otherPage).toHaveURL("/customers");

  await page.goto("/settings/sessions");
  const sessions = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
  await expect(sessions).toHaveCount(2);
  await page.getByRole("button", { name: /^Log out Firefox on Windows/ }).click();
  await expect(sessions).toHaveCount(1);

  // Nobody touches the other browser: its event stream ends, and the page finds out.
  await expect(otherPage).toHaveURL(/\/log-in/, { timeout: 15_000 });
  await expect(page.getByText("This one")).toBeVisible();
  await elsewhere.close();
});

test("a forgotten password is replaced by mail, and the link works once", async ({ page }) => {
  const person = newcomer("Tove Holm");
  await signUp(page, person, "Holm & Vik");
  await logOut(page, person.name);
  await page.getByRole("link", { name: /Forgot/ }).click();
  // The page before has a field of that name as well.
  await expect(page.getByRole("heading", { name: "Forgot your password?" })).toBeVisible();
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByText(`We sent a mail to ${person.email}`)).toBeVisible();

  const link = await linkMailedTo(page.request, person.email, "/reset-password");
  const password = `${person.password} again`;
  await page.goto(link);
  await page.getByRole("textbox", { name: "New password" }).fill("password1234");
  await page.getByRole("button", { name: "Set new password" }).click();
  await expect(page.getByRole("textbox", { name: "New password" })).toHaveAccessibleDescription(
    /on the lists that attackers try first/,
  );
  await page.getByRole("textbox", { name: "New password" }).fill(password);
  await page.getByRole("button", { name: "Set new password" }).click();
  await expect(page.getByText("Your new password is set")).toBeVisible();
  await page.getByRole("link", { name: "Log in" }).click();
  await expect(page).toHaveURL("/log-in");
  await logIn(page, person);
  await expect(page.getByRole("alert").filter({ hasText: /password is wrong/i })).toBeVisible();
  await logIn(page, { ...person, password });
  await expect(page).toHaveURL("/dashboard");

  await page.goto("about:blank");
  await page.goto(link);
  await page.getByRole("textbox", { name: "New password" }).fill(`${password} once more`);
  await page.getByRole("button", { name: "Set new password" }).click();
  await expect(page.getByText("This link does not work any more")).toBeVisible();
});
