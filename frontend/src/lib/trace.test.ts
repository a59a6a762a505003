import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { listCustomers } from "@/openapi";
import { server } from "@/test/setup";

import { configureApiClient } from "./api-client";
import { traceparent } from "./trace";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  configureApiClient();
  document.body.click();
});

afterEach(() => {
  vi.useRealTimers();
});

test("a trace is written as W3C Trace Context says", () => {
  expect(traceparent()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

test("all that a click sets off is one trace, and the next click another", () => {
  const first = traceparent();
  vi.advanceTimersByTime(4_000);
  expect(traceparent()).toBe(first);

  document.body.click();
  expect(traceparent()).not.toBe(first);
});

test("what happens by itself long after a click is another trace", () => {
  const first = traceparent();
  vi.advanceTimersByTime(6_000);
  expect(traceparent()).not.toBe(first);
});

test("a trace begins at a click that its handler does not let through", () => {
  const first = traceparent();
  const button = document.createElement("button");
  button.addEventListener("click", (event) => {
    event.stopPropagation();
  });
  document.body.append(button);
  button.click();
  button.remove();
  expect(traceparent()).not.toBe(first);
});

test("every request carries its trace", async () => {
  const sent: (string | null)[] = [];
  server.use(
    http.get("*/api/customers", ({ request }) => {
      sent.push(request.headers.get("traceparent"));
      return HttpResponse.json({ items: [], next_cursor: null });
    }),
  );
  await listCustomers();
  await listCustomers();
  expect(sent).toEqual([traceparent(), traceparent()]);
});
