"""Put a task into the queue inside the caller's own transaction: rolled back together, committed together."""

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
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
    return await record(session, new_run(task, arguments, team_id=team_id, options=options, queue=queue))


async def record(session: AsyncSession, run: NewRun) -> tuple[UUID, bool]:
    """Write both rows; where the run's key is taken, return the id of the run that has it."""
    await session.flush()  # the run refers to its team, which sign-up creates in this very transaction
    runs = JobRunRepository(session)
    for _ in range(3):
        if await runs.record(run):
            return run.id, True
        if run.unique_key is None:
            break
        existing = await runs.find_unique(run.task, run.unique_key)
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
        # A replay is somebody's wish: only what waits or works can stand in its way.
        unique_seconds=task.unique_seconds if options.unique_key and options.replay_of_id is None else 0,
        max_attempts=options.retries or task.retries,
        trace_id=current_trace_id(),
        traceparent=current_traceparent(),
        replay_of_id=options.replay_of_id,
        scheduled_at=options.scheduled_at,
        priority=task.priority if options.priority is None else options.priority,
        heartbeat_seconds=heartbeat_seconds,
        timeout_seconds=timeout_seconds,
    )
