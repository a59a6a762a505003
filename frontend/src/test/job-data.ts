import type {
  Job,
  JobDetail,
  JobLogEntry,
  JobScheduleEntry,
  JobStatisticsBucket,
  JobSummary,
} from "@/openapi/types.gen";

export function jobOf(changes: Partial<Job> = {}): Job {
  return {
    id: "01a20d75-b498-7673-83e2-f0867f3bb65a",
    task: "process_invoice",
    queue: "default",
    state: "succeeded",
    attempt: 1,
    max_attempts: 5,
    priority: 0,
    is_waiting_for_retry: false,
    queued_at: "2026-05-16T09:00:00Z",
    scheduled_at: "2026-05-16T09:00:00Z",
    started_at: "2026-05-16T09:00:01Z",
    finished_at: "2026-05-16T09:00:03Z",
    wait_seconds: 1,
    duration_seconds: 2,
    progress: { fraction: 1, done: null, total: null, message: null },
    error_line: null,
    worker: "atelier-1",
    requested_by: "Mara Lindqvist",
    team: { id: "2", name: "Atelier Nord" },
    ...changes,
  };
}

export function deadJobOf(changes: Partial<Job> = {}): Job {
  return jobOf({
    state: "dead",
    attempt: 5,
    error_line: "SMTPRecipientsRefused: 550 mailbox unavailable",
    ...changes,
  });
}

export function jobDetailOf(job: Job, changes: Partial<JobDetail> = {}): JobDetail {
  const isLive = job.state === "queued" || job.state === "running";
  return {
    job,
    arguments: { delivery_id: "01a20dcc-ae56-7673-83e2-f087a18158dc", token: "•••" },
    result: null,
    error: job.state === "dead" ? "Traceback:\n  File tasks.py\nSMTPRecipientsRefused: 550" : null,
    failures: [],
    timeline: [{ at: job.queued_at, kind: "queued", attempt: null, by: null, note: null, job_id: null }],
    trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    replay_of: null,
    replays: [],
    can_cancel: isLive,
    can_start_now: false,
    can_replay: !isLive,
    ...changes,
  };
}

export function logLineOf(changes: Partial<JobLogEntry> = {}): JobLogEntry {
  return {
    attempt: 1,
    number: 1,
    at: "2026-05-16T09:00:02Z",
    level: "info",
    event: "document rendered",
    fields: { pages: 1 },
    ...changes,
  };
}

export function jobSummaryOf(changes: Partial<JobSummary> = {}): JobSummary {
  return {
    waiting_count: 1,
    running_count: 0,
    dead_count: 2,
    counted_up_to: 1000,
    oldest_waiting_since: null,
    pauses: [],
    tasks: ["process_invoice", "send_invitation"],
    ...changes,
  };
}

export function scheduleOf(changes: Partial<JobScheduleEntry> = {}): JobScheduleEntry {
  return {
    name: "daily_cleanup",
    queue: "default",
    task: "daily_cleanup",
    cron: "0 3 * * *",
    time_zone: "UTC",
    catch_up: "once",
    most_caught_up: 24,
    is_enabled: true,
    is_edited: false,
    next_run_at: "2026-05-17T03:00:00Z",
    last_tick_at: null,
    last_run: null,
    ...changes,
  };
}

export function bucketOf(changes: Partial<JobStatisticsBucket> = {}): JobStatisticsBucket {
  return {
    at: "2026-05-16T09:00:00Z",
    succeeded: 0,
    failed: 0,
    dead: 0,
    failure_share: null,
    wait_seconds_mean: null,
    wait_seconds_max: null,
    run_seconds_mean: null,
    run_seconds_max: null,
    ...changes,
  };
}
