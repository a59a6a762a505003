import { http, HttpResponse } from "msw";
import { afterEach, expect, test, vi } from "vitest";

import { problemResponse } from "@/test/problems";
import { server } from "@/test/setup";

import { answerStepUps, fetchWithStepUp } from "./step-up";

const URL = "http://localhost/api/me/password";
const stepUpRequired = () =>
  problemResponse({ status: 403, slug: "step-up-required", detail: "Confirm that it is you." });

let takeAway: () => void = () => undefined;
afterEach(() => takeAway());

function change(body = "new") {
  return fetchWithStepUp(new Request(URL, { method: "POST", body }));
}

/** Refuses until somebody confirmed; keeps what was sent. */
function serve() {
  const state = { isFresh: false, bodies: [] as string[] };
  server.use(
    http.post("*/api/me/password", async ({ request }) => {
      state.bodies.push(await request.text());
      return state.isFresh ? new HttpResponse(null, { status: 204 }) : stepUpRequired();
    }),
  );
  return state;
}

test("after confirming, the request goes out once more with the same body", async () => {
  const state = serve();
  takeAway = answerStepUps(() => {
    state.isFresh = true;
    return Promise.resolve(true);
  });
  expect((await change("my change")).status).toBe(204);
  expect(state.bodies).toEqual(["my change", "my change"]);
});

test("who would rather not is told that nothing was changed", async () => {
  const state = serve();
  takeAway = answerStepUps(() => Promise.resolve(false));
  await expect(change()).rejects.toMatchObject({
    code: "step-up-cancelled",
    detail: "You did not confirm that it is you, so nothing was changed.",
  });
  expect(state.bodies).toHaveLength(1);
});

test("requests side by side ask once", async () => {
  const state = serve();
  const confirmed = Promise.withResolvers<boolean>();
  const ask = vi.fn(() => confirmed.promise);
  takeAway = answerStepUps(ask);
  const changes = [change(), change()];
  await vi.waitFor(() => expect(state.bodies).toHaveLength(2));
  state.isFresh = true;
  confirmed.resolve(true);
  expect((await Promise.all(changes)).map(({ status }) => status)).toEqual([204, 204]);
  expect(ask).toHaveBeenCalledOnce();
});

test("other refusals, and pages without the dialog, are left alone", async () => {
  serve();
  expect((await change()).status).toBe(403);
  const ask = vi.fn(() => Promise.resolve(true));
  takeAway = answerStepUps(ask);
  server.use(
    http.post("*/api/me/password", () =>
      problemResponse({ status: 403, slug: "missing-permission", detail: "No." }),
    ),
  );
  expect((await change()).status).toBe(403);
  expect(ask).not.toHaveBeenCalled();
});
