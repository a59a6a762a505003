import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";

import { customerOf } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { ArchiveCustomer } from "./archive-customer";

test("archiving is asked about first", async () => {
  let requests = 0;
  server.use(
    http.post("*/api/customers/:id/archive", () => {
      requests += 1;
      return HttpResponse.json(customerOf({ archived_at: "2026-11-22T10:00:00Z" }));
    }),
  );
  const { user } = renderWithQueries(<ArchiveCustomer customer={customerOf()} />);
  await user.click(screen.getByRole("button", { name: "Archive" }));
  expect(await screen.findByRole("dialog", { name: "Archive Café Helle?" })).toBeVisible();
  expect(requests).toBe(0);
  await user.click(screen.getByRole("button", { name: "Archive customer" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(requests).toBe(1);
});

test("a refusal is said in the dialog, which stays", async () => {
  server.use(
    http.post("*/api/customers/:id/archive", () =>
      problemResponse({ status: 403, slug: "forbidden", detail: "Your role does not allow this." }),
    ),
  );
  const { user } = renderWithQueries(<ArchiveCustomer customer={customerOf()} />);
  await user.click(screen.getByRole("button", { name: "Archive" }));
  await user.click(await screen.findByRole("button", { name: "Archive customer" }));
  expect(await screen.findByText("Your role does not allow this.")).toBeVisible();
});

test("an archived customer is restored with one press", async () => {
  let isRestored = false;
  server.use(
    http.post("*/api/customers/:id/restore", () => {
      isRestored = true;
      return HttpResponse.json(customerOf());
    }),
  );
  const { user } = renderWithQueries(
    <ArchiveCustomer customer={customerOf({ archived_at: "2026-11-22T10:00:00Z" })} />,
  );
  await user.click(screen.getByRole("button", { name: "Restore" }));
  await waitFor(() => expect(isRestored).toBe(true));
});
