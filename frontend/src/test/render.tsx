import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactElement } from "react";

import { configureApiClient } from "@/lib/api-client";
import { createQueryClient } from "@/lib/query-client";

/** Renders as the product does, with its own query cache and no waiting between retries. */
export function renderWithQueries(element: ReactElement, { onUnauthenticated = () => undefined } = {}) {
  configureApiClient();
  const queryClient = createQueryClient({ onUnauthenticated });
  queryClient.setDefaultOptions({ queries: { ...queryClient.getDefaultOptions().queries, retry: false } });
  const view = render(<QueryClientProvider client={queryClient}>{element}</QueryClientProvider>);
  return { ...view, queryClient, user: userEvent.setup() };
}
