import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { SessionGate } from "@/components/layout/session-gate";
import type { JobDetail } from "@/openapi/types.gen";
import { meWith } from "@/test/fixtures";
import { deadJobOf, jobDetailOf, jobOf, logLineOf } from "@/test/job-data";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { TeamJob } from "./job-page";

const router = vi.hoisted(() => ({ push: vi.fn() }));
vi.mock("next/navigation", () => ({
  usePathname: () => "/jobs/d",
  useRouter: () => router,
  notFound: vi.fn(),
}));

let logAsked: (string | null)[] = [];

function renderJob(detail: JobDetail, ...permissions: Parameters<typeof meWith>) {
  server.use(
    http.get("*/api/me", () =>
      HttpResponse.json(
        meWith(...(permissions.length ? permissions : (["jobs:read", "jobs:manage"] as const))),
      ),
    ),
    http.get("*/api/jobs/d", () => HttpResponse.json(detail)),
  );
  return renderWithQueries(
    <SessionGate skeleton={null}>
      <QueryBoundary skeleton={null}>
        <TeamJob />
      </QueryBoundary>
    </SessionGate>,
  );
}

beforeEach(() => {
  logAsked = [];
  router.push.mockReset();
  server.use(
    http.get("*/api/jobs/d/logs", ({ request }) => {
      const after = new URL(request.url).searchParams.get("after");
      logAsked.push(after);
      if (after === null) {
        return HttpResponse.json({ items: [logLineOf()], next_after: "1.1", has_more: true });
      }
      const items = after === "1.1" ? [logLineOf({ number: 2, event: "mail sent" })] : [];
      return HttpResponse.json({ items, next_after: "1.2", has_more: false });
    }),
  );
});

const dead = jobDetailOf(deadJobOf({ id: "d" }), {
  failures: [
    { attempt: 1, worker: "atelier-1", started_at: null, ended_at: null, error: "ConnectionRefusedError" },
  ],
});

test("a failed job shows its error with the trace, its attempts, its masked arguments and its trace id", async () => {
  renderJob(dead);
  expect(await screen.findByRole("heading", { name: "Prepare and mail an invoice" })).toBeVisible();
  expect(screen.getByRole("region", { name: "Error with its trace" })).toHaveTextContent(/File tasks.py/);
  expect(screen.getByRole("button", { name: "Copy error" })).toBeVisible();
  expect(screen.getByText("ConnectionRefusedError")).toBeVisible();
  expect(screen.getByText("•••")).toBeVisible();
  expect(screen.getByText("4bf92f3577b34da6a3ce929d0e0e4736")).toBeVisible();
});

test("the log is read to its end, each line once", async () => {
  renderJob(dead);
  const log = await screen.findByRole("list", { name: "Log lines" });
  expect(
    within(log)
      .getAllByRole("listitem")
      .map((line) => line.textContent),
  ).toEqual([expect.stringContaining("document rendered pages=1"), expect.stringContaining("mail sent")]);
  expect(logAsked).toEqual([null, "1.1"]);
});

test("a replay asks first, then goes to the new job", async () => {
  server.use(http.post("*/api/jobs/d/replay", () => HttpResponse.json(jobOf({ id: "r", state: "queued" }))));
  const { user } = renderJob(dead);
  await user.click(await screen.findByRole("button", { name: "Replay" }));
  const dialog = screen.getByRole("dialog", { name: "Replay this job?" });
  await user.click(within(dialog).getByRole("button", { name: "Replay" }));
  await waitFor(() => expect(router.push).toHaveBeenCalledExactlyOnceWith("/jobs/r"));
});

test("a refused replay says why, where it was asked for", async () => {
  server.use(
    http.post("*/api/jobs/d/replay", () =>
      problemResponse({ status: 409, slug: "job-is-being-replayed", detail: "It is under way already." }),
    ),
  );
  const { user } = renderJob(dead);
  await user.click(await screen.findByRole("button", { name: "Replay" }));
  const dialog = screen.getByRole("dialog");
  await user.click(within(dialog).getByRole("button", { name: "Replay" }));
  expect(await within(dialog).findByText("It is under way already.")).toBeVisible();
  expect(router.push).not.toHaveBeenCalled();
});

test("one that waits for its next attempt can be tried now or cancelled", async () => {
  const started = vi.fn();
  server.use(
    http.post("*/api/jobs/d/start-now", () => {
      started();
      return HttpResponse.json(jobOf({ id: "d", state: "queued" }));
    }),
  );
  const waiting = jobOf({ id: "d", state: "queued", is_waiting_for_retry: true, attempt: 2 });
  const { user } = renderJob(jobDetailOf(waiting, { can_start_now: true }));
  expect(await screen.findByText("Retrying")).toBeVisible();
  expect(screen.getByRole("button", { name: "Cancel job" })).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Retry now" }));
  await waitFor(() => expect(started).toHaveBeenCalledOnce());
});

test("one at work shows how far it is", async () => {
  const running = jobOf({
    id: "d",
    state: "running",
    progress: { fraction: 0.4, done: 2, total: 5, message: "reading invoices" },
  });
  renderJob(jobDetailOf(running));
  expect(await screen.findByRole("progressbar", { name: "Progress" })).toHaveAttribute("aria-valuenow", "40");
  expect(screen.getByText("40%, 2 of 5: reading invoices")).toBeVisible();
});

test("a job and its replays lead to each other", async () => {
  renderJob({
    ...dead,
    replays: [{ id: "r", state: "succeeded", queued_at: "2026-05-17T09:00:00Z" }],
    timeline: [
      {
        at: "2026-05-17T09:00:00Z",
        kind: "replayed",
        attempt: null,
        by: "Mara Lindqvist",
        note: null,
        job_id: "r",
      },
    ],
  });
  expect(await screen.findByRole("link", { name: "the replay" })).toHaveAttribute("href", "/jobs/r");
  expect(screen.getByText(/Replayed by Mara Lindqvist/)).toBeVisible();
});

test("who may only look has no buttons that act", async () => {
  renderJob(dead, "jobs:read");
  await screen.findByRole("heading", { name: "Prepare and mail an invoice" });
  expect(screen.queryByRole("button", { name: "Replay" })).toBeNull();
});
