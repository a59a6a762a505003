import { beforeEach, expect, test, vi } from "vitest";

import { onAllJobsChanged, onTeamJobsChanged } from "./job-events";
import { JOBS_CHANGED } from "./live-events";

class FakeEventSource extends EventTarget {
  static readonly CLOSED = 2;
  static readonly opened: FakeEventSource[] = [];
  readyState = 1;

  constructor(readonly url: string) {
    super();
    FakeEventSource.opened.push(this);
  }

  close() {
    this.readyState = FakeEventSource.CLOSED;
  }
}

beforeEach(() => {
  FakeEventSource.opened.length = 0;
  vi.stubGlobal("EventSource", FakeEventSource);
});

test("a page about the team's jobs hears of changes only while it is open", () => {
  const onChange = vi.fn();
  const stop = onTeamJobsChanged(onChange);
  window.dispatchEvent(new Event(JOBS_CHANGED));
  stop();
  window.dispatchEvent(new Event(JOBS_CHANGED));
  expect(onChange).toHaveBeenCalledOnce();
});

test("the stream of all teams tells of changes, of those missed while it was shut, and is closed at the end", () => {
  const onChange = vi.fn();
  const stop = onAllJobsChanged(onChange);
  const [source] = FakeEventSource.opened;
  source?.dispatchEvent(new Event(JOBS_CHANGED));
  source?.dispatchEvent(new Event("open"));
  expect(onChange).toHaveBeenCalledTimes(2);
  stop();
  expect(source?.readyState).toBe(FakeEventSource.CLOSED);
});

test("a refused stream is tried again after a while, not at once", () => {
  vi.useFakeTimers();
  const stop = onAllJobsChanged(vi.fn());
  const [source] = FakeEventSource.opened;
  source?.close();
  source?.dispatchEvent(new Event("error"));
  expect(FakeEventSource.opened).toHaveLength(1);
  vi.advanceTimersByTime(5_000);
  expect(FakeEventSource.opened).toHaveLength(2);
  stop();
  vi.useRealTimers();
});
