import { useQuery } from "@tanstack/react-query";

import { getAppInfoOptions } from "@/openapi/@tanstack/react-query.gen";

/** Version, environment and, in development, the demo account. Absent until it is known, and that is fine. */
export function useAppInfo() {
  return useQuery({ ...getAppInfoOptions(), staleTime: Infinity, retry: false }).data;
}

/** The mailbox exists where mail does not leave the machine. */
export function useHasMailbox(): boolean {
  const environment = useAppInfo()?.environment;
  return environment === "local" || environment === "testing";
}
