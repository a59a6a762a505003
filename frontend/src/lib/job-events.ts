import { JOBS_CHANGED } from "./live-events";

const RECONNECT_MS = 5_000;

/** The team's stream is open already, for every page. */
export function onTeamJobsChanged(onChange: () => void): () => void {
  window.addEventListener(JOBS_CHANGED, onChange);
  return () => window.removeEventListener(JOBS_CHANGED, onChange);
}

/** Of all teams: a stream of its own, as long as somebody looks. */
export function onAllJobsChanged(onChange: () => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const connect = () => {
    source = new EventSource("/api/admin/jobs/events");
    source.addEventListener(JOBS_CHANGED, onChange);
    // What happened while it was shut was told to nobody.
    source.addEventListener("open", onChange);
    source.addEventListener("error", () => {
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(connect, RECONNECT_MS);
    });
  };

  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
