import { logIn, logOut, newcomer, signUp } from "./support/accounts";
import { oneTimeCode } from "./support/one-time-code";
import { expect, test } from "./support/test";

test.use({ expectedErrors: [/status of (401|403|422) .*\/api\/(me.*|auth\/.*|events)\)$/] });

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
  await form.getByLabel("Code").fill(oneTimeCode(secret));
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
  await page.getByLabel("Code").fill(oneTimeCode(secret, 1));
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
