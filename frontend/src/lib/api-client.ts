import { client } from "@/openapi/client.gen";

import { ApiError } from "./errors";
import { fetchWithStepUp } from "./step-up";
import { traceClicks, traceparent } from "./trace";

let isConfigured = false;

/** One origin: same-origin cookies, and the header that no other site can send without asking first. */
export function configureApiClient(): void {
  if (isConfigured) return;
  isConfigured = true;
  client.setConfig({
    baseUrl: typeof window === "undefined" ? "" : window.location.origin,
    credentials: "same-origin",
    headers: { "X-Requested-With": "quittance" },
    throwOnError: true,
    fetch: fetchWithStepUp,
  });
  client.interceptors.request.use((request) => {
    request.headers.set("traceparent", traceparent());
    return request;
  });
  if (typeof document !== "undefined") traceClicks();
  client.interceptors.error.use((error, response) => ApiError.from(error, response));
}
