import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

import { ApiError } from "./errors";

declare module "@tanstack/react-query" {
  // An interface, because declaration merging is what the library asks for.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  interface Register {
    mutationMeta: {
      /** A 401 here means "wrong password", not "your session is over". */
      is401Expected?: boolean;
    };
    queryMeta: Record<string, never>;
  }
}

const RETRIES = 2;
const FRESH_MS = 30_000;

type Options = {
  onUnauthenticated: () => void;
  /** The password was right, the second step is missing. */
  onSecondFactorDue?: () => void;
};

/** The one place that notices that the session is over, or only half of one. */
export function createQueryClient({ onUnauthenticated, onSecondFactorDue }: Options): QueryClient {
  const notice = (error: unknown) => {
    if (!(error instanceof ApiError)) return;
    if (error.status === 401) onUnauthenticated();
    if (error.code === "second-factor-due") onSecondFactorDue?.();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: notice }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (!mutation.meta?.is401Expected) notice(error);
      },
    }),
    defaultOptions: {
      // "always": a browser that believes it is offline would wait silently; we rather show that nothing answered.
      queries: { staleTime: FRESH_MS, retry: shouldRetry, networkMode: "always" },
      mutations: { networkMode: "always" },
    },
  });
}

/** A refusal stays a refusal; only silence and 5xx are worth asking again. */
export function shouldRetry(failureCount: number, error: unknown): boolean {
  const isRefusal = error instanceof ApiError && error.status >= 400 && error.status < 500;
  return !isRefusal && failureCount < RETRIES;
}
