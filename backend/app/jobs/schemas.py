"""What people see of background jobs, and what they may ask of them. A job's arguments and result are shown masked."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from app.models import CatchUp, JobState

MOST_AT_ONCE = 1000

type StatisticsRange = Literal["1h", "24h", "7d"]
type JobMomentKind = Literal[
    "queued", "started", "failed", "retried", "replayed", "cancelled", "succeeded", "dead", "is_replay"
]
type SkipReason = Literal[
    "not_found", "is_over", "is_live", "is_being_replayed", "key_is_taken", "task_is_gone", "arguments_do_not_fit"
]
type QueueName = Annotated[str, Meta(min_length=1, max_length=40)]
type TaskName = Annotated[str, Meta(min_length=1, max_length=120)]


class JobTeam(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str


class JobProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the running attempt has come; `fraction` goes from 0 to 1."""

    fraction: float
    done: int | None
    total: int | None
    message: str | None


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a task, as lists show it.

    `wait_seconds` counts from when the last attempt was due to when it started, or until now; `duration_seconds` is how long it took.
    """

    id: UUID
    task: str
    queue: str
    state: JobState
    attempt: int
    max_attempts: int
    priority: int
    is_waiting_for_retry: bool
    queued_at: datetime
    scheduled_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    wait_seconds: float | None
    duration_seconds: float | None
    progress: JobProgress
    error_line: str | None
    worker: str | None
    requested_by: str | None
    team: JobTeam | None


class JobPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page, newest first. With `searched_until` it was not found out whether older jobs match: `next_cursor` searches on from there."""

    items: list[Job]
    next_cursor: str | None
    searched_until: datetime | None


class JobFailure(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt that failed."""

    attempt: int
    worker: str | None
    started_at: datetime | None
    ended_at: datetime | None
    error: str | None


class JobMoment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to the job, and by whom if it was a person."""

    at: datetime
    kind: JobMomentKind
    attempt: int | None
    by: str | None
    note: str | None
    job_id: UUID | None


class JobReference(msgspec.Struct, frozen=True, kw_only=True):
    """Another run of the same work."""

    id: UUID
    state: JobState
    queued_at: datetime


class JobDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One job, whole; what looks like a secret is masked."""

    job: Job
    arguments: dict[str, Any]
    result: Any
    error: str | None
    failures: list[JobFailure]
    timeline: list[JobMoment]
    trace_id: str | None
    replay_of: JobReference | None
    replays: list[JobReference]
    can_cancel: bool
    can_start_now: bool
    can_replay: bool


class JobLogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A line that the task logged."""

    attempt: int
    number: int
    at: datetime
    level: str
    event: str
    fields: dict[str, Any]


class JobLogPage(msgspec.Struct, frozen=True, kw_only=True):
    """The next lines, oldest first; ask with `after=next_after` for those that follow, now or later."""

    items: list[JobLogEntry]
    next_after: str | None
    has_more: bool


class JobPauseEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What no worker starts: one task, or without a task the whole queue."""

    queue: str
    task: str | None
    paused_at: datetime
    paused_by: str | None


class JobSummary(msgspec.Struct, frozen=True, kw_only=True):
    """How things stand. No count goes beyond `counted_up_to`."""

    waiting_count: int
    running_count: int
    dead_count: int
    counted_up_to: int
    oldest_waiting_since: datetime | None
    pauses: list[JobPauseEntry]
    tasks: list[str]


class JobStatisticsBucket(msgspec.Struct, frozen=True, kw_only=True):
    """What ended in one stretch of time. `failed` are attempts that were, or will be, made again."""

    at: datetime
    succeeded: int
    failed: int
    dead: int
    failure_share: float | None
    wait_seconds_mean: float | None
    wait_seconds_max: float | None
    run_seconds_mean: float | None
    run_seconds_max: float | None


class JobTaskStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """The same for one task over the whole range."""

    task: str
    succeeded: int
    failed: int
    dead: int
    failure_share: float | None
    wait_seconds_mean: float | None
    wait_seconds_max: float | None
    run_seconds_mean: float | None
    run_seconds_max: float | None


class JobStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """Figures for charts: one bucket for each stretch of the range, empty ones too, the oldest first."""

    bucket_seconds: int
    buckets: list[JobStatisticsBucket]
    tasks: list[JobTaskStatistics]


class JobFilters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which jobs; everything left out is not asked about."""

    states: Annotated[list[JobState], Meta(max_length=len(JobState))] = []
    task: TaskName | None = None
    queue: QueueName | None = None
    worker: Annotated[str, Meta(min_length=1, max_length=120)] | None = None
    queued_since: datetime | None = None
    queued_until: datetime | None = None
    search: Annotated[str, Meta(min_length=1, max_length=120)] | None = None


class AdminJobFilters(JobFilters, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same over all teams, or those of one, or those of the system that belong to none."""

    team_id: UUID | None = None
    is_of_system: bool = False


class JobQuery(msgspec.Struct, frozen=True, kw_only=True):
    filters: JobFilters
    cursor: str | None
    limit: int


class JobSelection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Jobs by their ids, all that match the filters (the newest 1,000 of them), or with both those ids that match."""

    ids: Annotated[list[UUID], Meta(min_length=1, max_length=MOST_AT_ONCE)] | None = None
    filters: JobFilters | None = None


class AdminJobSelection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same over all teams."""

    ids: Annotated[list[UUID], Meta(min_length=1, max_length=MOST_AT_ONCE)] | None = None
    filters: AdminJobFilters | None = None


class JobSkipped(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    reason: SkipReason


class JobBulkResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the selection. With `has_more` further jobs may match: ask again."""

    done_count: int
    skipped: list[JobSkipped]
    has_more: bool


class JobPauseChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task, or without one the whole queue."""

    queue: QueueName = "default"
    task: TaskName | None = None


class JobScheduleEntry(msgspec.Struct, frozen=True, kw_only=True):
    """When a task starts by itself, and what became of it last."""

    name: str
    queue: str
    task: str
    cron: str
    time_zone: str
    catch_up: CatchUp
    most_caught_up: int
    is_enabled: bool
    is_edited: bool
    next_run_at: datetime | None
    last_tick_at: datetime | None
    last_run: JobReference | None


class JobScheduleUpdate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    is_enabled: bool | UnsetType = UNSET
    cron: Annotated[str, Meta(min_length=1, max_length=100)] | UnsetType = UNSET
    time_zone: Annotated[str, Meta(min_length=1, max_length=64)] | UnsetType = UNSET
    catch_up: CatchUp | UnsetType = UNSET
    most_caught_up: Annotated[int, Meta(ge=1, le=2**31 - 1)] | UnsetType = UNSET


class JobScheduleList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[JobScheduleEntry]


class JobWorkerRun(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker is doing."""

    id: UUID
    task: str
    team: JobTeam | None
    attempt: int
    duration_seconds: float
    progress: JobProgress


class JobWorkerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A worker process and what it is doing."""

    id: str
    queue: str
    hostname: str
    pid: int
    version: str
    concurrency: int
    started_at: datetime
    heartbeat_age_seconds: float
    is_alive: bool
    is_stopping: bool
    running: list[JobWorkerRun]


class JobWorkerList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[JobWorkerEntry]


class JobPauseList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[JobPauseEntry]


class JobsChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Whose jobs changed within a moment: ask again for what is shown."""

    team_ids: list[UUID]
    is_of_system: bool
