import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";

import { invalidate } from "./invalidate";

test("news that comes while the first answer is under way leads to a second one", async () => {
  const queryClient = new QueryClient();
  const answers = ["before the news", "after the news"];
  const first = Promise.withResolvers<undefined>();
  const queryFn = vi.fn(async () => {
    const answer = answers.shift();
    await first.promise;
    return answer;
  });
  const observer = new QueryObserver(queryClient, { queryKey: [{ _id: "listInvoiceEvents" }], queryFn });
  const stop = observer.subscribe(() => undefined);
  const told = invalidate(queryClient, "listInvoiceEvents");
  first.resolve(undefined);
  await told;
  expect(observer.getCurrentResult().data).toBe("after the news");
  stop();
});
