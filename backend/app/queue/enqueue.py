"""Put a task into the queue inside the caller's own transaction: rolled back together, committed together."""

import json
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from saq.job import Job, Status
from saq.utils import now as saq_now
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import SCOPE_KEY, TenantScope
from app.lib.ids import new_id
from app.lib.tracing import current_trace_id, current_traceparent
from app.queue.errors import InvalidArguments
from app.queue.registry import Task, registry
from app.queue.repositories import JobRunRepository, NewRun

DEFAULT_QUEUE = "default"
# SAQ's own limit comes second, so that the runner can note a timeout itself.
TIMEOUT_MARGIN_SECONDS = 10

# For whom `queue.enqueue(…)` records, where no session says it: set by the runner for tasks that enqueue tasks.
enqueuing_team: ContextVar[UUID | None] = ContextVar("enqueuing_team", default=None)


class JobOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What one enqueuing may change of the task's own settings."""

    run_id: UUID | None = None
    unique_key: str | None = None
    scheduled_at: datetime | None = None
    retries: int | None = None
    timeout: int | None = None
    heartbeat: int | None = None
    priority: int | None = None
    replay_of_id: UUID | None = None


async def enqueue(
    session: AsyncSession,
    task: str,
    /,
    *,
    scheduled: float | None = None,
    key: str | None = None,
    priority: int | None = None,
    **arguments: Any,
) -> UUID:
    """Record a run and wake a worker, both when the session's transaction commits; return the run's id.

    `scheduled` is the earliest start in epoch seconds. While a run with the same `key` waits or works (or as long as the task says),
    its id is returned instead. The lower `priority` starts first; each step weighs as much as ten seconds of waiting.
    """
    scope = session.info.get(SCOPE_KEY)
    options = JobOptions(
        unique_key=key,
        scheduled_at=None if scheduled is None else datetime.fromtimestamp(scheduled, tz=UTC),
        priority=priority,
    )
    run_id, _ = await record_run(
        session,
        registry.get(task),
        arguments,
        team_id=scope.team_id if isinstance(scope, TenantScope) else None,
        options=options,
    )
    return run_id


async def record_run(
    session: AsyncSession,
    task: Task,
    arguments: Mapping[str, Any],
    *,
    team_id: UUID | None,
    options: JobOptions,
    queue: str = DEFAULT_QUEUE,
) -> tuple[UUID, bool]:
    """Write the ledger row and SAQ's row; return the run's id and whether it is new."""
    run = new_run(task, arguments, team_id=team_id, options=options, queue=queue)
    await session.flush()  # the run refers to its team, which sign-up creates in this very transaction
    runs = JobRunRepository(session)
    for _ in range(3):
        if await runs.record(run):
            return run.id, True
        if run.unique_key is None:
            break
        existing = await runs.find_unique(task.name, run.unique_key)
        if existing is not None:
            return existing, False
        # The other run ended between the two statements: the key is free again.
    return run.id, False


def new_run(
    task: Task, arguments: Mapping[str, Any], *, team_id: UUID | None, options: JobOptions, queue: str = DEFAULT_QUEUE
) -> NewRun:
    """Check the arguments and make what is to be recorded."""
    if options.unique_key is not None and not 0 < len(options.unique_key) <= 200:
        raise InvalidArguments(f"task {task.name!r}: a key has 1 to 200 characters")
    run_id = options.run_id or new_id()
    heartbeat_seconds, timeout_seconds = options.heartbeat or task.heartbeat, options.timeout or task.timeout
    return NewRun(
        id=run_id,
        team_id=team_id,
        queue=queue,
        task=task.name,
        arguments=task.to_stored(arguments),
        unique_key=options.unique_key,
        unique_seconds=task.unique_seconds if options.unique_key else 0,
        max_attempts=options.retries or task.retries,
        trace_id=current_trace_id(),
        traceparent=current_traceparent(),
        replay_of_id=options.replay_of_id,
        scheduled_at=options.scheduled_at,
        priority=task.priority if options.priority is None else options.priority,
        heartbeat_seconds=heartbeat_seconds,
        timeout_seconds=timeout_seconds,
        payload=encode_job(saq_job(task, run_id, team_id, options), queue),
    )


def saq_job(task: Task, run_id: UUID, team_id: UUID | None, options: JobOptions) -> Job:
    """All that SAQ may know: no arguments, they stay in the ledger behind row-level security."""
    return Job(
        function=task.name,
        key=str(run_id),
        retries=options.retries or task.retries,
        timeout=(options.timeout or task.timeout) + TIMEOUT_MARGIN_SECONDS,
        heartbeat=options.heartbeat or task.heartbeat,
        scheduled=int(options.scheduled_at.timestamp()) if options.scheduled_at else 0,
        priority=task.priority if options.priority is None else options.priority,
        queued=saq_now(),
        status=Status.QUEUED,
        meta={"team_id": str(team_id) if team_id else None},
    )


def encode_job(job: Job, queue: str) -> bytes:
    return json.dumps({**job.to_dict(), "queue": queue}).encode()
