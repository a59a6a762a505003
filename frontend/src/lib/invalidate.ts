import type { QueryClient } from "@tanstack/react-query";

import type * as operations from "@/openapi/sdk.gen";

export type OperationId = keyof typeof operations;

/** Mark every query of these operations as out of date, whatever its parameters; a misspelt name does not compile. */
export async function invalidate(
  queryClient: QueryClient,
  ...outdated: readonly OperationId[]
): Promise<void> {
  await Promise.all(
    outdated.map((operation) => queryClient.invalidateQueries({ queryKey: [{ _id: operation }] })),
  );
}
