import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { scheduleOf } from "@/test/job-data";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { SchedulesTable } from "./schedules-table";

vi.mock("next/navigation", () => ({ useRouter: () => ({ push: vi.fn() }), notFound: vi.fn() }));

function renderSchedules(...schedules: ReturnType<typeof scheduleOf>[]) {
  server.use(http.get("*/api/admin/jobs/schedules", () => HttpResponse.json({ items: schedules })));
  return renderWithQueries(
    <QueryBoundary skeleton={null}>
      <SchedulesTable />
    </QueryBoundary>,
  );
}

test("a schedule says in words when it starts, when next, and how it went last", async () => {
  renderSchedules(
    scheduleOf({ last_run: { id: "r", state: "succeeded", queued_at: "2026-05-16T03:00:00Z" } }),
  );
  const table = await screen.findByRole("table");
  expect(within(table).getByText("every day at 03:00")).toBeInTheDocument();
  expect(within(table).getByText("0 3 * * *")).toBeInTheDocument();
  expect(within(table).getByRole("link")).toHaveAttribute("href", "/admin/jobs/r");
});

test("a wrong expression is refused at its field, and what was typed stays", async () => {
  server.use(
    http.patch("*/api/admin/jobs/schedules/daily_cleanup", () =>
      problemResponse({
        status: 422,
        slug: "invalid-input",
        detail: "Some of it is not valid.",
        errors: [{ path: "cron", code: "not_a_cron_expression", detail: "This is no cron expression." }],
      }),
    ),
  );
  const { user } = renderSchedules(scheduleOf());
  const table = await screen.findByRole("table");
  await user.click(within(table).getByRole("button", { name: "Edit: Tidy up" }));
  const cron = screen.getByLabelText("Cron expression");
  await user.clear(cron);
  await user.type(cron, "every day");
  await user.click(screen.getByRole("button", { name: "Save schedule" }));
  await waitFor(() => expect(cron).toHaveAccessibleDescription(/This is no cron expression/));
  expect(cron).toHaveValue("every day");
});

test("a schedule can be disabled, and says so", async () => {
  let body: unknown;
  server.use(
    http.patch("*/api/admin/jobs/schedules/daily_cleanup", async ({ request }) => {
      body = await request.json();
      const changed = scheduleOf({ is_enabled: false, next_run_at: null });
      server.use(http.get("*/api/admin/jobs/schedules", () => HttpResponse.json({ items: [changed] })));
      return HttpResponse.json(changed);
    }),
  );
  const { user } = renderSchedules(scheduleOf());
  const table = await screen.findByRole("table");
  await user.click(within(table).getByRole("button", { name: "Disable: Tidy up" }));
  expect((await screen.findAllByText("Disabled"))[0]).toBeInTheDocument();
  expect(body).toEqual({ is_enabled: false });
});
