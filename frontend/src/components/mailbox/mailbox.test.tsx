import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { Mailbox } from "./mailbox";

vi.mock("next/navigation", () => ({
  usePathname: () => window.location.pathname,
  useSearchParams: () => new URLSearchParams(window.location.search),
  notFound: vi.fn(),
}));

const summary = {
  id: "m1",
  to: "konto@cafe-helle.example",
  subject: "Invoice AN-2026-0019",
  created_at: "2026-11-22T10:00:00Z",
  attachment_count: 1,
};
const message = {
  ...summary,
  sender: "Quittance <invoices@quittance.example>",
  text: "Dear Jonas Helle,",
  html: "<html><head><title>Invoice</title></head><body style='color: teal'>Dear Jonas</body></html>",
  attachments: [
    { id: "a1", filename: "AN-2026-0019.pdf", content_type: "application/pdf", size_bytes: 33_120 },
  ],
};

function renderMailbox(address = "/dev/mailbox") {
  window.history.replaceState(null, "", address);
  return renderWithQueries(
    <QueryBoundary skeleton={null}>
      <Mailbox />
    </QueryBoundary>,
  );
}

function answerWithMessage() {
  server.use(
    http.get("*/api/dev/mailbox", () => HttpResponse.json({ items: [summary] })),
    http.get("*/api/dev/mailbox/m1", () => HttpResponse.json(message)),
  );
}

test("the newest message is open, in a frame that runs no script and reaches no page of ours", async () => {
  answerWithMessage();
  renderMailbox();
  const frame = await screen.findByTitle("Invoice AN-2026-0019");
  expect(frame.getAttribute("sandbox")).not.toMatch(/allow-(scripts|same-origin|forms)/);
  expect(frame.getAttribute("srcdoc")).toContain('<head><base target="_blank"><title>');
});

test("attachments are links to the file itself", async () => {
  answerWithMessage();
  renderMailbox();
  const link = await screen.findByRole("link", { name: /AN-2026-0019\.pdf/ });
  expect(link).toHaveAttribute("href", "/api/dev/mailbox/m1/attachments/a1");
  expect(link).toHaveTextContent("33 kB");
});

test("the text part has an address of its own", async () => {
  answerWithMessage();
  renderMailbox("/dev/mailbox?message=m1&part=text");
  expect(await screen.findByText("Dear Jonas Helle,")).toBeVisible();
  expect(screen.getByRole("link", { name: "All messages" })).toHaveAttribute(
    "href",
    "/dev/mailbox?part=text",
  );
});

test("an empty mailbox says how the first mail gets there", async () => {
  server.use(http.get("*/api/dev/mailbox", () => HttpResponse.json({ items: [] })));
  renderMailbox();
  expect(await screen.findByText("No mail yet")).toBeVisible();
});

test("where mail is really sent, the page says so", async () => {
  server.use(
    http.get("*/api/dev/mailbox", () =>
      problemResponse({ status: 404, slug: "not-found", detail: "There is nothing here." }),
    ),
  );
  renderMailbox();
  expect(await screen.findByText("There is no mailbox here")).toBeVisible();
});

test("another failure can be tried again", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  server.use(
    http.get("*/api/dev/mailbox", () =>
      problemResponse({ status: 503, slug: "unavailable", detail: "The database is away." }),
    ),
  );
  const { user } = renderMailbox();
  const retry = await screen.findByRole("button", { name: "Try again" });
  answerWithMessage();
  await user.click(retry);
  expect(await screen.findByTitle("Invoice AN-2026-0019")).toBeVisible();
});
