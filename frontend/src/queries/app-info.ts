import { useQuery } from "@tanstack/react-query";

import { getAppInfoOptions } from "@/openapi/@tanstack/react-query.gen";
import type { SignInProvider } from "@/openapi/types.gen";

const appInfoOptions = () => ({ ...getAppInfoOptions(), staleTime: Infinity, retry: false });

/** Version, environment and, in development, the demo account. Absent until it is known, and that is fine. */
export function useAppInfo() {
  return useQuery(appInfoOptions()).data;
}

/** Whose accounts open an account here; absent until it is known whether there are any. */
export function useSignInProviders(): readonly SignInProvider[] | undefined {
  const { data, isPending } = useQuery(appInfoOptions());
  return isPending ? undefined : (data?.sign_in_providers ?? []);
}

/** The mailbox exists where mail does not leave the machine. */
export function useHasMailbox(): boolean {
  const environment = useAppInfo()?.environment;
  return environment === "local" || environment === "testing";
}
