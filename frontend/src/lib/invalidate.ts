import type { Query, QueryClient } from "@tanstack/react-query";

import type * as operations from "@/openapi/sdk.gen";

export type OperationId = keyof typeof operations;

/** Mark every query of these operations as out of date, whatever its parameters; a misspelt name does not compile. */
export async function invalidate(
  queryClient: QueryClient,
  ...outdated: readonly OperationId[]
): Promise<void> {
  await Promise.all(outdated.map((operation) => invalidateOperation(queryClient, operation)));
}

async function invalidateOperation(queryClient: QueryClient, operation: OperationId): Promise<void> {
  const queryKey = [{ _id: operation }];
  const underWay = queryClient.getQueryCache().findAll({ queryKey, predicate: forgetsInvalidation });
  await Promise.all([
    queryClient.invalidateQueries({ queryKey }),
    ...underWay.map(async (query) => {
      await query.promise?.catch(() => undefined);
      await queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true });
    }),
  ]);
}

/**
 * A first load is not started again, nor one that nobody watches yet (a suspended page does not): its answer may be
 * older than the news, and would count as fresh. So it is marked once more when it is there.
 */
function forgetsInvalidation(query: Query): boolean {
  return query.state.fetchStatus === "fetching" && (query.state.data === undefined || !query.isActive());
}
