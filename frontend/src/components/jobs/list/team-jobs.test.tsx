import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { SessionGate } from "@/components/layout/session-gate";
import { JOBS_CHANGED } from "@/lib/live-events";
import type { Job, JobPage } from "@/openapi/types.gen";
import { meWith } from "@/test/fixtures";
import { deadJobOf, jobOf, jobSummaryOf } from "@/test/job-data";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { TeamJobs } from "./team-jobs";

vi.mock("next/navigation", () => ({
  usePathname: () => window.location.pathname,
  useSearchParams: () => new URLSearchParams(window.location.search),
  useRouter: () => ({ push: vi.fn() }),
  notFound: vi.fn(),
}));

const dead = deadJobOf({ id: "d" });
const waiting = jobOf({ id: "w", state: "queued", attempt: 0, task: "send_invitation" });
let asked: URLSearchParams[] = [];

function answerWith(items: Job[], rest: Partial<JobPage> = {}) {
  server.use(
    http.get("*/api/jobs", ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return HttpResponse.json({ items, next_cursor: null, searched_until: null, ...rest });
    }),
  );
}

function renderPage(address = "/jobs", ...permissions: Parameters<typeof meWith>) {
  window.history.replaceState(null, "", address);
  server.use(
    http.get("*/api/me", () =>
      HttpResponse.json(
        meWith(...(permissions.length ? permissions : (["jobs:read", "jobs:manage"] as const))),
      ),
    ),
  );
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <TeamJobs />
    </SessionGate>,
  );
}

beforeEach(() => {
  asked = [];
  server.use(http.get("*/api/jobs/summary", () => HttpResponse.json(jobSummaryOf())));
});

test("each row says what it is, how it went and why it failed, and leads to the job", async () => {
  answerWith([dead]);
  renderPage();
  const table = await screen.findByRole("table");
  expect(within(table).getByRole("link", { name: "Prepare and mail an invoice" })).toHaveAttribute(
    "href",
    "/jobs/d",
  );
  expect(within(table).getByText("Failed")).toBeInTheDocument();
  expect(within(table).getByText("5 of 5")).toBeInTheDocument();
  expect(within(table).getByText(/550 mailbox unavailable/)).toBeInTheDocument();
  expect(await screen.findByText("1 waiting, 0 running, 2 failed")).toBeVisible();
});

test("the filters of the address are what the API is asked", async () => {
  answerWith([]);
  renderPage("/jobs?state=dead&task=process_invoice&search=550&from=2026-05-16");
  expect(await screen.findByRole("heading", { name: "No job matches" })).toBeVisible();
  expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
    state: "dead",
    task: "process_invoice",
    search: "550",
    queued_since: new Date("2026-05-16T00:00:00").toISOString(),
  });
});

test("those that are ticked are replayed after a question that says how many, and the outcome is told", async () => {
  let body: unknown;
  answerWith([dead, deadJobOf({ id: "e" }), waiting]);
  server.use(
    http.post("*/api/jobs/replay", async ({ request }) => {
      body = await request.json();
      return HttpResponse.json({
        done_count: 1,
        skipped: [{ id: "e", reason: "is_being_replayed" }],
        has_more: false,
      });
    }),
  );
  const { user } = renderPage();
  await user.click(await screen.findByRole("checkbox", { name: "Select all shown" }));
  expect(screen.getByText("3 jobs selected")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Replay 2" }));
  const dialog = screen.getByRole("dialog", { name: "Replay 2 jobs?" });
  expect(dialog).toHaveAccessibleDescription(/1 selected job is not over yet and stays as it is/);
  await user.click(within(dialog).getByRole("button", { name: "Replay 2 jobs" }));
  expect(
    await screen.findByText("1 job replayed. Left as they were: 1 is being replayed already."),
  ).toBeVisible();
  expect(body).toEqual({ ids: ["d", "e"] });
  expect(screen.queryByRole("group", { name: "Selected jobs" })).toBeNull();
});

test("where more match than are shown, all of them can be acted on, by the filters of the list", async () => {
  let body: unknown;
  answerWith([dead], { next_cursor: "older" });
  server.use(
    http.post("*/api/jobs/replay", async ({ request }) => {
      body = await request.json();
      return HttpResponse.json({ done_count: 1000, skipped: [], has_more: true });
    }),
  );
  const { user } = renderPage("/jobs?state=dead&search=550&team=0198c0de-0000-7000-8000-000000000001");
  await user.click(await screen.findByRole("checkbox", { name: "Select all shown" }));
  await user.click(screen.getByRole("button", { name: "Select all that match" }));
  expect(screen.queryByRole("button", { name: /^Cancel/ })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Replay all" }));
  expect(screen.getByRole("dialog", { name: "Replay every job that matches?" })).toHaveAccessibleDescription(
    /At most 1,000 at once/,
  );
  await user.click(screen.getByRole("button", { name: "Replay all that match" }));
  expect(await screen.findByText(/1000 jobs replayed. More may match/)).toBeVisible();
  expect(body).toEqual({ filters: { states: ["dead"], search: "550" } });
});

test("a bulk cancellation that is refused says so in the dialog, and the selection stays", async () => {
  answerWith([waiting]);
  server.use(
    http.post("*/api/jobs/cancel", () =>
      problemResponse({ status: 403, slug: "impersonation-is-read-only", detail: "You only look." }),
    ),
  );
  const { user } = renderPage();
  const table = await screen.findByRole("table");
  await user.click(within(table).getByRole("checkbox", { name: "Select Mail an invitation" }));
  await user.click(screen.getByRole("button", { name: "Cancel 1" }));
  await user.click(screen.getByRole("button", { name: "Cancel 1 job" }));
  expect(await screen.findByText("You only look.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Keep" }));
  expect(screen.getByText("1 job selected")).toBeVisible();
});

test("a search that gave up halfway says how far it came and goes on from there", async () => {
  answerWith([], { next_cursor: "older", searched_until: "2026-05-10T09:00:00Z" });
  const { user } = renderPage("/jobs?search=550");
  expect(await screen.findByText(/Nothing matches so far. Searched back to 10 May 2026/)).toBeVisible();
  answerWith([dead]);
  await user.click(screen.getByRole("button", { name: "Search further back" }));
  expect(await screen.findByRole("table")).toBeVisible();
  expect(asked.at(-1)?.get("cursor")).toBe("older");
});

test("who may only look has nothing to tick", async () => {
  answerWith([dead]);
  renderPage("/jobs", "jobs:read");
  await screen.findByRole("table");
  expect(screen.queryByRole("checkbox")).toBeNull();
});

test("who may not even look is told whom to ask, and nothing is fetched", async () => {
  answerWith([dead]);
  renderPage("/jobs", "invoices:read");
  expect(await screen.findByText("Not yours to see")).toBeVisible();
  expect(asked).toEqual([]);
});

test("a change on the server shows by itself", async () => {
  answerWith([waiting]);
  renderPage();
  await screen.findByRole("table");
  answerWith([{ ...waiting, state: "succeeded" }]);
  window.dispatchEvent(new Event(JOBS_CHANGED));
  await waitFor(() => expect(within(screen.getByRole("table")).getByText("Done")).toBeVisible());
});

test("what is paused is said, and that nothing is lost", async () => {
  answerWith([waiting]);
  server.use(
    http.get("*/api/jobs/summary", () =>
      HttpResponse.json(
        jobSummaryOf({
          pauses: [
            { queue: "default", task: "send_invitation", paused_at: "2026-05-16T09:00:00Z", paused_by: null },
          ],
        }),
      ),
    ),
  );
  renderPage();
  expect(await screen.findByText(/“Mail an invitation” is paused. Nothing is lost/)).toBeVisible();
});

test("when the list cannot be loaded, it can be tried again", async () => {
  server.use(
    http.get("*/api/jobs", () => problemResponse({ status: 503, slug: "unavailable", detail: "Not now." })),
  );
  renderPage();
  expect(await screen.findByText("The jobs could not be loaded")).toBeVisible();
});
