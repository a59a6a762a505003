/** How long what a person's click sets off belongs to it: the answer, and what is fetched again because of it. */
const ACTION_MS = 5_000;

let current = "";
let beganAt = -Infinity;

function begin(): void {
  const random = crypto.getRandomValues(new Uint8Array(24));
  const hex = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  current = `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
  beganAt = performance.now();
}

/** Each click begins a trace (W3C Trace Context), in which the server's requests, jobs and mails can be found. */
export function traceClicks(): void {
  document.addEventListener("click", begin, true);
}

export function traceparent(): string {
  if (performance.now() - beganAt > ACTION_MS) begin();
  return current;
}
