import type { QueryClient } from "@tanstack/react-query";

import type * as operations from "@/openapi/sdk.gen";

export type OperationId = keyof typeof operations;

/** Mark every query of these operations as out of date, whatever its parameters; a misspelt name does not compile. */
export async function invalidate(
  queryClient: QueryClient,
  ...outdated: readonly OperationId[]
): Promise<void> {
  await Promise.all(
    outdated.map(async (operation) => {
      const filters = { queryKey: [{ _id: operation }] };
      const hasFirstFetchUnderWay = queryClient
        .getQueryCache()
        .findAll({ ...filters, fetchStatus: "fetching" })
        .some((query) => query.state.data === undefined);
      await queryClient.invalidateQueries(filters);
      // A first answer is waited for, not asked for again; it may have been given before the news.
      if (hasFirstFetchUnderWay) await queryClient.invalidateQueries(filters);
    }),
  );
}
