import type { QueryClient } from "@tanstack/react-query";

export type OperationId = keyof typeof import("@/openapi/sdk.gen");

/** Mark every query of these operations as out of date, whatever its parameters; a misspelt name does not compile. */
export async function invalidate(queryClient: QueryClient, ...operations: readonly OperationId[]): Promise<void> {
  await Promise.all(
    operations.map((operation) => queryClient.invalidateQueries({ queryKey: [{ _id: operation }] })),
  );
}
