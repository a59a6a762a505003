import { AxeBuilder } from "@axe-core/playwright";
import type { APIRequestContext, Page } from "@playwright/test";

import type { JobPage } from "@/openapi/types.gen";

import { listInvoices } from "./support/api";
import { settled } from "./support/pages";
import { expect, test } from "./support/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

type Place = { name: string; path: string | ((request: APIRequestContext) => Promise<string>) };

async function invoicePath(request: APIRequestContext, status: string, rest = ""): Promise<string> {
  const [invoice] = await listInvoices(request, `?status=${status}`);
  return `/invoices/${invoice?.id ?? "none"}${rest}`;
}

async function customerPath(request: APIRequestContext, rest = ""): Promise<string> {
  const [invoice] = await listInvoices(request);
  return `/customers/${invoice?.customer_id ?? "none"}${rest}`;
}

async function jobPath(request: APIRequestContext, state: string): Promise<string> {
  const response = await request.get(`/api/jobs?state=${state}`);
  return `/jobs/${((await response.json()) as JobPage).items[0]?.id ?? "none"}`;
}

const memberPlaces: Place[] = [
  { name: "dashboard", path: "/dashboard" },
  { name: "invoices", path: "/invoices" },
  { name: "invoices without a match", path: "/invoices?search=nobody" },
  { name: "new invoice", path: "/invoices/new" },
  { name: "overdue invoice", path: (request) => invoicePath(request, "overdue") },
  { name: "paid invoice", path: (request) => invoicePath(request, "paid") },
  { name: "void invoice", path: (request) => invoicePath(request, "void") },
  { name: "draft", path: (request) => invoicePath(request, "draft") },
  { name: "draft in the editor", path: (request) => invoicePath(request, "draft", "/edit") },
  { name: "customers", path: "/customers" },
  { name: "new customer", path: "/customers/new" },
  { name: "customer", path: (request) => customerPath(request) },
  { name: "customer in the form", path: (request) => customerPath(request, "/edit") },
  { name: "payments", path: "/payments" },
  { name: "jobs", path: "/jobs" },
  { name: "jobs without a match", path: "/jobs?search=nobody" },
  { name: "failed job", path: (request) => jobPath(request, "dead") },
  { name: "waiting job", path: (request) => jobPath(request, "queued") },
  { name: "jobs in figures", path: "/jobs/figures?range=7d" },
  { name: "profile settings", path: "/settings/profile" },
  { name: "security settings", path: "/settings/security" },
  { name: "sessions", path: "/settings/sessions" },
  { name: "data settings", path: "/settings/data" },
  { name: "team settings", path: "/settings/team" },
  { name: "mailbox", path: "/dev/mailbox" },
];

test.describe("for members", () => {
  test.use({ asDemo: true });
  for (const { name, path } of memberPlaces) {
    test(`${name} can be used by everybody, in both themes`, async ({ page }) => {
      await page.goto(typeof path === "string" ? path : await path(page.request));
      await settled(page);
      await expectAccessible(page);
    });
  }
});

test.describe("for visitors", () => {
  test.use({ expectedErrors: [/status of (401|404) /] });
  for (const path of [
    "/log-in",
    "/sign-up",
    "/verify-email",
    "/forgot-password",
    "/reset-password",
    "/no/such/page",
  ]) {
    test(`${path} can be used by everybody, in both themes`, async ({ page }) => {
      await page.goto(path);
      await settled(page);
      await expectAccessible(page);
    });
  }
});

async function expectAccessible(page: Page): Promise<void> {
  await setTheme(page, "light");
  await expectNoViolations(axe(page).withTags(RULES));
  // The dark theme is the same page in other colours.
  await setTheme(page, "dark");
  await expectNoViolations(axe(page).withRules(["color-contrast", "link-in-text-block"]));
}

async function setTheme(page: Page, theme: "light" | "dark"): Promise<void> {
  await page.evaluate((name) => document.documentElement.setAttribute("data-theme", name), theme);
  // Reduced motion makes transitions short, not absent: an inherited colour arrives some frames later.
  await page.waitForFunction(() => document.getAnimations().length === 0);
}

/** Frames hold documents, not pages: a PDF in the browser's viewer, a mail that runs no script. */
function axe(page: Page): AxeBuilder {
  return new AxeBuilder({ page }).exclude("iframe");
}

async function expectNoViolations(builder: AxeBuilder): Promise<void> {
  const { violations } = await builder.analyze();
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`),
    );
  expect(serious).toEqual([]);
}
