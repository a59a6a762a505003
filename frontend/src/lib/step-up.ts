import { ApiError } from "./errors";

/** Asks the person to confirm that it is them; false when they would rather not. */
type Ask = () => Promise<boolean>;

const REQUIRED = "urn:quittance:problem:step-up-required";

let ask: Ask | null = null;
let underWay: Promise<boolean> | null = null;

/** The dialog that asks; returns how to take it away again. */
export function answerStepUps(next: Ask): () => void {
  ask = next;
  return () => {
    if (ask === next) ask = null;
  };
}

/**
 * The one place that notices that a request needs a fresh proof: it has the dialog ask for it and sends the request once more.
 * Requests side by side share one question. Whoever sent the request notices nothing, unless the person would rather not.
 */
export async function fetchWithStepUp(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  if (request.method === "GET") return fetch(request);
  const again = request.clone();
  const response = await fetch(request);
  if (ask === null || response.status !== 403 || !(await isStepUpRequired(response))) return response;
  underWay ??= ask().finally(() => {
    underWay = null;
  });
  if (await underWay) return fetch(again);
  throw new ApiError({
    status: 403,
    type: "urn:quittance:problem:step-up-cancelled",
    detail: "You did not confirm that it is you, so nothing was changed.",
  });
}

async function isStepUpRequired(response: Response): Promise<boolean> {
  try {
    const problem = (await response.clone().json()) as { type?: unknown } | null;
    return problem?.type === REQUIRED;
  } catch {
    return false;
  }
}
