import { test as base, expect, type BrowserContext, type ConsoleMessage } from "@playwright/test";

import { demo, logInOverApi } from "./accounts";

type Fixtures = {
  /** What this test provokes on purpose: the browser itself reports a refused request as a console error. */
  expectedErrors: RegExp[];
  isWatched: undefined;
  /** Signed in as the demo account; false for a visitor. */
  asDemo: boolean;
};

type WorkerFixtures = { demoState: Awaited<ReturnType<BrowserContext["storageState"]>> };

/** Playwright looks into every frame by script; the mailbox shows its mails in one that runs none. */
const REFUSED_TO_PLAYWRIGHT =
  /^Blocked script execution in 'about:srcdoc' because the document's frame is sandboxed/;

/** Every test fails on a console error, an uncaught exception or a CSP violation, in any of its tabs and frames. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  expectedErrors: [[], { option: true }],
  asDemo: [false, { option: true }],

  // One session per worker: logging in is limited per account.
  demoState: [
    async ({ playwright }, provide, workerInfo) => {
      const { baseURL } = workerInfo.project.use;
      const request = await playwright.request.newContext({ ...(baseURL ? { baseURL } : {}) });
      await logInOverApi(request, demo);
      await provide(await request.storageState());
      await request.dispose();
    },
    { scope: "worker" },
  ],

  storageState: async ({ asDemo, demoState }, provide) => {
    await provide(asDemo ? demoState : undefined);
  },

  isWatched: [
    async ({ context, expectedErrors }, provide) => {
      const problems: string[] = [];
      const note = (problem: string) => {
        const expected = [REFUSED_TO_PLAYWRIGHT, ...expectedErrors];
        if (!expected.some((pattern) => pattern.test(problem))) problems.push(problem);
      };
      // Chromium writes CSP violations to the console too, those in frames as well.
      context.on("console", (message) => {
        if (message.type() === "error") note(consoleLine(message));
      });
      context.on("weberror", (webError) => note(`uncaught: ${webError.error().message}`));
      await provide(undefined);
      expect(problems, "console errors and CSP violations").toEqual([]);
    },
    { auto: true },
  ],
});

function consoleLine(message: ConsoleMessage): string {
  return `${message.text()} (${new URL(message.location().url || "about:blank").pathname})`;
}

export { expect };
