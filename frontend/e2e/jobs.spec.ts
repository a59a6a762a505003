import type { Page } from "@playwright/test";

import { logIn, logOut, operator } from "./support/accounts";
import { oneTimeCode } from "./support/one-time-code";
import { settled } from "./support/pages";
import { expect, test } from "./support/test";

test.describe("an owner", () => {
  test.use({ asDemo: true });

  test("reads why a job failed, replays it, and sees it done", async ({ page }) => {
    await page.goto("/jobs?state=dead");
    await page
      .getByRole("link", { name: "Prepare and mail an invoice" })
      .filter({ visible: true })
      .first()
      .click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Prepare and mail an invoice");
    const failed = page.url();
    await expect(page.getByRole("region", { name: "Error with its trace" })).toContainText(
      "SMTPRecipientsRefused: 550",
    );
    await expect(page.getByText("attempt 5 of 5")).toBeVisible();

    await page.getByRole("button", { name: "Replay" }).click();
    await page
      .getByRole("dialog", { name: "Replay this job?" })
      .getByRole("button", { name: "Replay" })
      .click();
    await expect(page).not.toHaveURL(failed);
    await expect(page.getByText("Replay of", { exact: true })).toBeVisible();
    // By itself: nobody loads the page again.
    await expect(page.getByRole("main").getByRole("status").getByText("Done")).toBeVisible();

    await page.goto(failed);
    await expect(page.getByRole("link", { name: "the replay" })).toBeVisible();
  });

  test("finds a job by words of its error, and ticks it", async ({ page }) => {
    await page.goto("/jobs");
    await settled(page);
    await page.keyboard.press("/");
    await page.keyboard.type("mailbox unavailable");
    await expect(page).toHaveURL(/search=mailbox/);
    const tick = page.getByRole("checkbox", { name: "Select Prepare and mail an invoice" });
    await expect(tick).toHaveCount(1);
    await tick.check();
    await page.getByRole("button", { name: "Replay 1" }).click();
    await expect(page.getByRole("dialog", { name: "Replay 1 job?" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByText("1 job selected")).toBeVisible();
  });

  test("sees figures", async ({ page }) => {
    await page.goto("/jobs/figures?range=7d");
    await settled(page);
    await expect(page.getByRole("table", { name: "Attempts that ended" })).toContainText(/\d/);
  });
});

test.describe("an administrator", () => {
  test.use({
    expectedErrors: [/status of (401|403|422) .*\/api\/(me.*|admin.*|auth\/.*|events.*|jobs.*)\)$/],
  });

  test("pauses a task and resumes it, and is told what is wrong with a schedule", async ({ page }) => {
    await enterAdministration(page);
    await page.goto("/admin/jobs/tasks");
    await pauseAndResume(page);

    await page.goto("/admin/jobs/schedules");
    await page.getByRole("button", { name: "Edit: Tidy up" }).filter({ visible: true }).click();
    const cron = page.getByLabel("Cron expression");
    const before = await cron.inputValue();
    await cron.fill("61 3 * * *");
    await page.getByRole("button", { name: "Save schedule" }).click();
    await expect(cron).toHaveAttribute("aria-invalid", "true");
    await expect(cron).toHaveAccessibleDescription(/cron/i);
    await cron.fill("30 4 * * *");
    await page.getByRole("button", { name: "Save schedule" }).click();
    await expect(page.getByText("every day at 04:30").filter({ visible: true })).toBeVisible();
    await page.getByRole("button", { name: "Edit: Tidy up" }).filter({ visible: true }).click();
    await cron.fill(before);
    await page.getByRole("button", { name: "Save schedule" }).click();
    await expect(page.getByRole("dialog")).toBeHidden();

    await page.goto("/admin/jobs/workers");
    await expect(page.getByRole("list", { name: "Workers" }).getByText("Well")).toBeVisible();
  });
});

async function pauseAndResume(page: Page): Promise<void> {
  const task = "Mail the weekly report";
  await page
    .getByRole("button", { name: `Pause ${task}` })
    .filter({ visible: true })
    .click();
  const banner = page.getByRole("region", { name: "Paused" });
  await expect(banner).toContainText(`“${task}” is paused by ${operator.name}`);
  await page.goto("/admin/jobs");
  await banner.getByRole("button", { name: `Resume ${task}` }).click();
  await expect(banner).toBeHidden();
}

/** The administration asks for a second step. */
async function enterAdministration(page: Page): Promise<void> {
  await page.goto("/log-in?next=/settings/security");
  await logIn(page, operator);
  await page.getByRole("button", { name: "Set up app" }).click();
  const form = page.getByRole("form", { name: "Set up authenticator app" });
  const secret = (await form.getByText(/^[A-Z2-7]{32}$/).textContent()) ?? "";
  await form.getByLabel("Code").fill(oneTimeCode(secret));
  await form.getByRole("button", { name: "Turn on" }).click();
  await page.getByLabel("I have stored them").check();
  await page.getByRole("button", { name: "Done" }).click();
  await logOut(page, operator.name);
  await page.goto("/log-in?next=/admin/jobs");
  await logIn(page, operator);
  await page.getByLabel("Code").fill(oneTimeCode(secret, 1));
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await expect(page).toHaveURL("/admin/jobs");
}
