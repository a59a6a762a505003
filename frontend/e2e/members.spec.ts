import type { Page } from "@playwright/test";

import { newcomer, signUp } from "./support/accounts";
import { linkMailedTo } from "./support/mailbox";
import { expect, test } from "./support/test";

// A role that shrank is told so; a visitor asks who they are; whoever is out of the team has no events.
test.use({
  expectedErrors: [/status of (401|403|404|409) .*\/api\/(me|events.*|team.*|invoices.*|customers.*)\)$/],
});

async function invite(page: Page, email: string): Promise<void> {
  await page.goto("/settings/members");
  await page.getByRole("button", { name: "Invite somebody" }).click();
  const invitation = page.getByRole("form", { name: "Invitation" });
  await invitation.getByLabel("E-mail").fill(email);
  await invitation.getByLabel("Role").selectOption({ label: "Member" });
  await invitation.getByRole("button", { name: "Send invitation" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: email })).toContainText("Open");
}

test("somebody is invited, joins, works as a member, and is refused once their role or membership is gone", async ({
  page,
  browser,
}) => {
  const owner = newcomer("Tove Holm");
  const guest = newcomer("Emil Vik");
  await signUp(page, owner, "Holm & Vik");
  await invite(page, guest.email);

  const theirs = await browser.newContext();
  const guestPage = await theirs.newPage();
  await guestPage.goto(await linkMailedTo(guestPage.request, guest.email, "/invitation"));
  await expect(guestPage.getByRole("heading", { name: "Join Holm & Vik" })).toBeVisible();
  const join = guestPage.getByRole("form", { name: "Join" });
  await join.getByLabel("Your name").fill(guest.name);
  await join.getByLabel("Password").fill(guest.password);
  await join.getByRole("button", { name: "Create account and join" }).click();
  await expect(guestPage).toHaveURL("/dashboard");

  await guestPage.goto("/customers");
  await guestPage.getByRole("link", { name: "New customer" }).first().click();
  await expect(guestPage.getByRole("heading", { level: 1, name: "New customer" })).toBeVisible();

  await page.reload();
  await page.getByRole("button", { name: `Change role of ${guest.name}` }).click();
  const dialog = page.getByRole("dialog", { name: `Change role of ${guest.name}` });
  await dialog.getByLabel("Role").selectOption({ label: "Viewer" });
  await dialog.getByRole("button", { name: "Change role" }).click();
  const member = page.getByRole("listitem").filter({ hasText: guest.name });
  await expect(member).toContainText("Viewer");

  // Nobody touches their browser: the open form gives way as soon as the role has changed.
  await expect(guestPage.getByText("Your role can't add customers")).toBeVisible();
  await guestPage.goto("/customers");
  await expect(guestPage.getByText("No customers yet")).toBeVisible();
  await expect(guestPage.getByRole("link", { name: "New customer" })).toHaveCount(0);

  await page.getByRole("button", { name: `Remove ${guest.name}` }).click();
  await page.getByRole("button", { name: "Remove member" }).click();
  await expect(member).toHaveCount(0);
  await guestPage.goto("/dashboard");
  await expect(guestPage.getByRole("heading", { name: "You are in no team" })).toBeVisible();
  await theirs.close();
});

test("an invitation that was declined says so to the team, and its link leads nowhere", async ({
  page,
  browser,
}) => {
  const owner = newcomer("Tove Holm");
  const guest = newcomer("Emil Vik");
  await signUp(page, owner, "Holm & Vik");
  await invite(page, guest.email);

  const theirs = await browser.newContext();
  const guestPage = await theirs.newPage();
  const link = await linkMailedTo(guestPage.request, guest.email, "/invitation");
  await guestPage.goto(link);
  await guestPage.getByRole("button", { name: "Decline" }).click();
  await guestPage
    .getByRole("dialog")
    .getByRole("button", { name: /Decline/ })
    .click();
  await expect(guestPage.getByText(/declined/i).first()).toBeVisible();
  await guestPage.goto("about:blank");
  await guestPage.goto(link);
  await expect(guestPage.getByRole("heading", { name: "This invitation has ended" })).toBeVisible();
  await theirs.close();

  await page.reload();
  await expect(page.getByRole("listitem").filter({ hasText: guest.email })).toContainText("Declined");
});
