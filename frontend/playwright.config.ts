import { defineConfig } from "@playwright/test";

const isCi = Boolean(process.env["CI"]);
const smallScreen = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** The journeys run against a stack that is already up; its address comes in E2E_BASE_URL. `make e2e` brings one. */
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  forbidOnly: isCi,
  retries: isCi ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env["E2E_BASE_URL"] ?? "http://localhost:3000",
    locale: "en-GB",
    // Colours in the middle of a transition are nobody's colours.
    contextOptions: { reducedMotion: "reduce" },
    // Recording costs a third of the run: ARGS="--trace retain-on-failure" asks for it.
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    },
  },
  projects: [
    { name: "desktop", use: { browserName: "chromium", viewport: { width: 1440, height: 900 } } },
    {
      name: "mobile",
      testMatch: /(accessibility|first-invoice)\.spec\.ts$/,
      use: { browserName: "chromium", ...smallScreen },
    },
  ],
});
