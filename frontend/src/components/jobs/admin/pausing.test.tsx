import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import type { JobPauseEntry } from "@/openapi/types.gen";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { PauseBanner } from "./pause-banner";
import { PauseQueue } from "./pause-queue";
import { PauseTask } from "./pause-task";

const entry: JobPauseEntry = {
  queue: "default",
  task: "weekly_report",
  paused_at: "2026-05-16T09:00:00Z",
  paused_by: "Ada Berg",
};
let pauses: JobPauseEntry[] = [];
const sent = vi.fn();

beforeEach(() => {
  pauses = [];
  sent.mockReset();
  const answer = (verb: string, left: (task: string | undefined) => JobPauseEntry[]) =>
    http.post(`*/api/admin/jobs/${verb}`, async ({ request }) => {
      const body = (await request.json()) as { task?: string };
      sent(verb, body);
      pauses = left(body.task);
      return HttpResponse.json({ items: pauses });
    });
  server.use(
    http.get("*/api/admin/jobs/pauses", () => HttpResponse.json({ items: pauses })),
    answer("pause", (task) => [{ ...entry, task: task ?? null }]),
    answer("resume", () => []),
  );
});

test("a paused task is announced on the page, with who did it, until it is resumed there", async () => {
  const { user } = renderWithQueries(
    <>
      <PauseBanner />
      <PauseTask task="weekly_report" pauses={[]} />
    </>,
  );
  await user.click(screen.getByRole("button", { name: "Pause Mail the weekly report" }));
  const banner = await screen.findByRole("region", { name: "Paused" });
  expect(banner).toHaveTextContent(/“Mail the weekly report” is paused by Ada Berg/);
  await user.click(screen.getByRole("button", { name: "Resume Mail the weekly report" }));
  await waitFor(() => expect(screen.queryByRole("region", { name: "Paused" })).toBeNull());
  expect(sent.mock.calls).toEqual([
    ["pause", { task: "weekly_report" }],
    ["resume", { queue: "default", task: "weekly_report" }],
  ]);
});

test("pausing everything asks first, and can be done once", async () => {
  const { user } = renderWithQueries(
    <>
      <PauseBanner />
      <PauseQueue />
    </>,
  );
  await user.click(await screen.findByRole("button", { name: "Pause everything" }));
  expect(screen.getByRole("dialog")).toHaveAccessibleDescription(/No worker starts any job of any team/);
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Pause everything" }));
  expect(await screen.findByRole("region", { name: "Paused" })).toHaveTextContent(
    /Everything in the queue “default” is paused/,
  );
  await waitFor(() => expect(screen.queryByRole("button", { name: "Pause everything" })).toBeNull());
});
