import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";

import { invalidate } from "./invalidate";

const queryKey = [{ _id: "listInvoices", query: { limit: 5 } }];

test("a query on the page is asked again", async () => {
  const queryClient = new QueryClient();
  let asked = 0;
  const stop = new QueryObserver(queryClient, { queryKey, queryFn: () => ++asked }).subscribe(
    () => undefined,
  );
  await expect.poll(() => asked).toBe(1);
  await invalidate(queryClient, "listInvoices");
  expect(asked).toBe(2);
  stop();
});

test("an answer that was under way when the news came counts as out of date", async () => {
  const queryClient = new QueryClient();
  const answer = Promise.withResolvers<string>();
  const loading = queryClient.query({ queryKey, queryFn: () => answer.promise, staleTime: Infinity });
  const invalidating = invalidate(queryClient, "listInvoices");
  answer.resolve("from before the news");
  await Promise.all([loading, invalidating]);
  expect(queryClient.getQueryData(queryKey)).toBe("from before the news");
  expect(queryClient.getQueryState(queryKey)?.isInvalidated).toBe(true);
});

test("other operations are left alone", async () => {
  const queryClient = new QueryClient();
  queryClient.setQueryData([{ _id: "getTeam" }], "a team");
  await invalidate(queryClient, "listInvoices");
  expect(queryClient.getQueryState([{ _id: "getTeam" }])?.isInvalidated).toBe(false);
});
