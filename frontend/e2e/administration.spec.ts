import { administrator, logIn, logOut, newcomer, signUp } from "./support/accounts";
import { oneTimeCode } from "./support/one-time-code";
import { expect, test } from "./support/test";

test.use({
  expectedErrors: [/status of (401|403) .*\/api\/(me.*|admin.*|auth\/.*|events.*|customers.*)\)$/],
});

test("an administrator takes two steps, looks through somebody's eyes, and that person reads of it", async ({
  page,
  browser,
}) => {
  const person = newcomer("Signe Rask");
  const theirs = await browser.newContext();
  const personPage = await theirs.newPage();
  await signUp(personPage, person, "Rask & Lie");

  await page.goto("/log-in?next=/admin/users");
  await logIn(page, administrator);
  await expect(page.getByRole("heading", { name: "Set up a second step first" })).toBeVisible();
  await page.getByRole("link", { name: "Go to your security settings" }).click();
  await page.getByRole("button", { name: "Set up app" }).click();
  const form = page.getByRole("form", { name: "Set up authenticator app" });
  const secret = (await form.getByText(/^[A-Z2-7]{32}$/).textContent()) ?? "";
  await form.getByLabel("Code").fill(oneTimeCode(secret));
  await form.getByRole("button", { name: "Turn on" }).click();
  await page.getByLabel("I have stored them").check();
  await page.getByRole("button", { name: "Done" }).click();
  await logOut(page, administrator.name);
  await page.goto("/log-in?next=/admin/users");
  await logIn(page, administrator);
  await page.getByLabel("Code").fill(oneTimeCode(secret, 1));
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await expect(page).toHaveURL("/admin/users");

  await page.getByRole("searchbox").fill(person.email);
  await expect(page).toHaveURL(/search=/);
  await page.getByRole("link", { name: person.name }).filter({ visible: true }).click();
  await page.getByRole("button", { name: "Impersonate" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Start impersonation" }).click();
  await expect(dialog.getByLabel("Why do you need to look?")).toHaveAccessibleDescription(
    /Write a few words/,
  );
  await dialog.getByLabel("Why do you need to look?").fill("Ticket 4711: the total looks wrong to them");
  await dialog.getByRole("button", { name: "Start impersonation" }).click();

  await expect(page).toHaveURL("/dashboard");
  const banner = page.getByRole("region", { name: "Impersonation" });
  await expect(banner).toContainText(`${administrator.name} is looking through ${person.name}’s eyes`);
  await expect(banner).toContainText("Ticket 4711");
  await page.goto("/customers/new");
  await expect(banner).toContainText("Nothing can be changed");
  await page.getByRole("button", { name: "End impersonation" }).click();
  await expect(page).toHaveURL("/log-in");

  await personPage.goto("/settings/activity");
  await expect(
    personPage
      .getByText(`${administrator.name} began to look through an account's eyes`)
      .filter({ visible: true }),
  ).toBeVisible();
  await theirs.close();
});

test("what somebody changed stands in the team's log, with how it was before", async ({ page }) => {
  const person = newcomer("Tove Holm");
  await signUp(page, person, "Holm & Vik");
  await page.goto("/settings/team");
  await page.getByLabel("Team name").fill("Holm & Daughters");
  await page.getByRole("button", { name: "Save team" }).click();
  await expect(page.getByText("Holm & Daughters").first()).toBeVisible();
  await page.goto("/settings/audit-log");
  await page
    .getByRole("button", { name: `${person.name} changed the team's details` })
    .filter({ visible: true })
    .first()
    .click();
  await expect(
    page.getByRole("row", { name: "Name Holm & Vik Holm & Daughters", exact: true }),
  ).toBeVisible();

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as CSV" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
});

test("the administration is shut to everybody else", async ({ page }) => {
  await signUp(page, newcomer("Tove Holm"), "Holm & Vik");
  await page.goto("/admin/users");
  await expect(page.getByText("Not yours to see")).toBeVisible();
});
