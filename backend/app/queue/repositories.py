"""Every statement on the ledger of runs and on SAQ's table of waiting jobs: the two change together or not at all.

The locks are always taken in one order, `job_runs` before `saq_jobs`, so that a heartbeat, a finish and a sweep cannot deadlock.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    Uuid,
    bindparam,
    delete,
    select,
    text,
)
from sqlalchemy import func as sql
from sqlalchemy import update as update_rows
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.lib import clock
from app.models import JobRun, JobState, Team

# SAQ's own names (saq/queue/postgres.py); tests/queue/test_saq_contract.py holds them still.
ENQUEUED_MESSAGE = "saq:enqueue"
_LIVE = (JobState.QUEUED, JobState.RUNNING)
_WORKER_DIED = "The worker stopped answering in the middle of this attempt."


def channel_of(queue: str) -> str:
    return f"saq:{queue}"


class Lease(msgspec.Struct, frozen=True):
    """The right of one attempt to write: it ends when another attempt begins or the run does."""

    run_id: UUID
    team_id: UUID | None
    attempt: int


class NewRun(msgspec.Struct, frozen=True, kw_only=True):
    """A row for the ledger, and the payload by which SAQ's workers find it."""

    id: UUID
    team_id: UUID | None
    queue: str
    task: str
    arguments: dict[str, Any]
    unique_key: str | None
    max_attempts: int
    trace_id: str | None
    scheduled_at: datetime | None
    priority: int
    payload: bytes


class ClaimedRun(msgspec.Struct, frozen=True, kw_only=True):
    lease: Lease
    task: str
    arguments: dict[str, Any]
    max_attempts: int
    trace_id: str | None


_RECORD = text("""
    WITH run AS (
        INSERT INTO job_runs (id, team_id, queue, task, arguments, unique_key, state, attempt, max_attempts, progress,
                              trace_id, scheduled_at, queued_at)
        VALUES (:id, :team_id, :queue, :task, :arguments, :unique_key, 'queued', 0, :max_attempts, 0,
                :trace_id, :scheduled_at, now())
        ON CONFLICT DO NOTHING
        RETURNING id
    ), job AS (
        INSERT INTO saq_jobs (key, job, queue, status, priority, scheduled)
        SELECT id::text, :payload, :queue, 'queued', :priority, :scheduled FROM run
    )
    SELECT run.id, pg_notify(:channel, :message) FROM run
""").bindparams(
    bindparam("id", type_=Uuid()),
    bindparam("team_id", type_=Uuid()),
    bindparam("queue", type_=Text()),
    bindparam("task", type_=String()),
    bindparam("arguments", type_=JSONB()),
    bindparam("unique_key", type_=String()),
    bindparam("max_attempts", type_=Integer()),
    bindparam("trace_id", type_=String()),
    bindparam("scheduled_at", type_=DateTime(timezone=True)),
    bindparam("payload", type_=LargeBinary()),
    bindparam("priority", type_=SmallInteger()),
    bindparam("scheduled", type_=BigInteger()),
    bindparam("channel", type_=Text()),
    bindparam("message", type_=Text()),
)

_BEAT = text("""
    WITH run AS (
        UPDATE job_runs SET heartbeat_at = clock_timestamp() WHERE id = :id AND attempt = :attempt AND state = 'running' RETURNING id
    ), job AS (
        UPDATE saq_jobs SET job = :payload FROM run WHERE key = run.id::text
    )
    SELECT id FROM run
""").bindparams(
    bindparam("id", type_=Uuid()), bindparam("attempt", type_=Integer()), bindparam("payload", type_=LargeBinary())
)

# Without an attempt the run was never claimed, and must still be waiting.
_HELD = "id = :id AND ((state = 'running' AND attempt = :attempt) OR (state = 'queued' AND :attempt IS NULL))"

_FINISH = text(f"""
    WITH run AS (
        UPDATE job_runs SET state = :state, result = :result, error = :error, finished_at = clock_timestamp(),
               progress = CASE WHEN :state = 'succeeded' THEN 1 ELSE progress END
         WHERE {_HELD} RETURNING id
    ), job AS (
        DELETE FROM saq_jobs USING run WHERE key = run.id::text
    )
    SELECT id FROM run
""").bindparams(  # noqa: S608 - both parts are constants
    bindparam("id", type_=Uuid()),
    bindparam("attempt", type_=Integer()),
    bindparam("state", type_=String()),
    bindparam("result", type_=JSONB(none_as_null=True)),
    bindparam("error", type_=Text()),
)

_REQUEUE = text(f"""
    WITH run AS (
        UPDATE job_runs SET state = 'queued', error = coalesce(:error, error), scheduled_at = :scheduled_at WHERE {_HELD} RETURNING id
    ), job AS (
        UPDATE saq_jobs SET status = 'queued', scheduled = :scheduled FROM run WHERE key = run.id::text
    )
    SELECT run.id, pg_notify(:channel, :message) FROM run
""").bindparams(  # noqa: S608 - both parts are constants
    bindparam("id", type_=Uuid()),
    bindparam("attempt", type_=Integer()),
    bindparam("error", type_=Text()),
    bindparam("scheduled_at", type_=DateTime(timezone=True)),
    bindparam("scheduled", type_=BigInteger()),
    bindparam("channel", type_=Text()),
    bindparam("message", type_=Text()),
)

_CANCEL = text("""
    WITH run AS (
        UPDATE job_runs SET state = 'cancelled', error = :error, finished_at = clock_timestamp()
         WHERE id = :id AND state IN ('queued', 'running') RETURNING id
    ), job AS (
        DELETE FROM saq_jobs USING run WHERE key = run.id::text
    )
    SELECT id FROM run
""").bindparams(bindparam("id", type_=Uuid()), bindparam("error", type_=Text()))

# The ledger decides, by the database's clock: whoever still beats there keeps the run.
_RECOVER = text("""
    WITH run AS (
        UPDATE job_runs
           SET state = CASE WHEN state = 'queued' OR attempt < max_attempts THEN 'queued' ELSE 'dead' END,
               error = CASE WHEN state = 'running' THEN :error ELSE error END,
               finished_at = CASE WHEN state = 'queued' OR attempt < max_attempts THEN NULL ELSE clock_timestamp() END
         WHERE id = :id
           AND ((state = 'queued' AND EXISTS (SELECT FROM saq_jobs WHERE key = job_runs.id::text AND job = :payload))
                OR (state = 'running' AND (heartbeat_at < clock_timestamp() - make_interval(secs => :heartbeat_seconds)
                                           OR started_at < clock_timestamp() - make_interval(secs => :timeout_seconds))))
        RETURNING id, state
    ), requeued AS (
        UPDATE saq_jobs SET status = 'queued', scheduled = :scheduled FROM run WHERE key = run.id::text AND run.state = 'queued'
    ), buried AS (
        DELETE FROM saq_jobs USING run WHERE key = run.id::text AND run.state = 'dead'
    )
    SELECT run.state, pg_notify(:channel, :message) FROM run
""").bindparams(
    bindparam("id", type_=Uuid()),
    bindparam("error", type_=Text()),
    bindparam("payload", type_=LargeBinary()),
    bindparam("heartbeat_seconds", type_=Float()),
    bindparam("timeout_seconds", type_=Float()),
    bindparam("scheduled", type_=BigInteger()),
    bindparam("channel", type_=Text()),
    bindparam("message", type_=Text()),
)

_DISCARD = text("""
    DELETE FROM saq_jobs
     WHERE key = CAST(:id AS uuid)::text AND NOT EXISTS (SELECT FROM job_runs WHERE id = :id AND state IN ('queued', 'running'))
""").bindparams(bindparam("id", type_=Uuid()))


class JobRunRepository:
    """The ledger as one transaction sees it: runs of its own team, or of the system when it has none."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def record(self, run: NewRun) -> bool:
        """Write the run and wake a worker when this commits; false when its id or its unique key is taken."""
        values = {
            **{field: getattr(run, field) for field in run.__struct_fields__},
            **_due(run.scheduled_at),
            "channel": channel_of(run.queue),
            "message": ENQUEUED_MESSAGE,
        }
        return (await self._session.execute(_RECORD, values)).first() is not None

    async def link_replay(self, run_id: UUID, replay_of_id: UUID) -> None:
        await self._session.execute(
            update_rows(JobRun).where(JobRun.id == run_id).values(replay_of_id=replay_of_id)
        )

    async def find_live(self, task: str, unique_key: str) -> UUID | None:
        statement = select(JobRun.id).where(
            JobRun.task == task, JobRun.unique_key == unique_key, JobRun.state.in_(_LIVE)
        )
        return await self._session.scalar(statement)

    async def get(self, run_id: UUID) -> JobRun | None:
        return await self._session.get(JobRun, run_id)

    async def claim(self, run_id: UUID, *, worker: str) -> ClaimedRun | None:
        """Begin the next attempt, unless the run is finished, cancelled or somebody else's."""
        statement = (
            update_rows(JobRun)
            .where(JobRun.id == run_id, JobRun.state == JobState.QUEUED)
            .values(
                state=JobState.RUNNING,
                attempt=JobRun.attempt + 1,
                progress=0.0,
                worker=worker,
                started_at=sql.clock_timestamp(),
                heartbeat_at=sql.clock_timestamp(),
            )
            .returning(
                JobRun.team_id, JobRun.attempt, JobRun.task, JobRun.arguments, JobRun.max_attempts, JobRun.trace_id
            )
        )
        row = (await self._session.execute(statement)).one_or_none()
        if row is None:
            return None
        return ClaimedRun(
            lease=Lease(run_id, row.team_id, row.attempt),
            task=row.task,
            arguments=row.arguments,
            max_attempts=row.max_attempts,
            trace_id=row.trace_id,
        )

    async def beat(self, lease: Lease, payload: bytes) -> bool:
        """Show the sweep that the attempt lives; false when the lease is lost."""
        result = await self._session.execute(_BEAT, {"id": lease.run_id, "attempt": lease.attempt, "payload": payload})
        return result.first() is not None

    async def hold(self, lease: Lease) -> bool:
        """Keep the lease until this transaction ends; false when it is lost."""
        statement = select(JobRun.id).where(*_held_by(lease)).with_for_update(read=True)
        return await self._session.scalar(statement) is not None

    async def set_progress(self, lease: Lease, fraction: float) -> bool:
        statement = update_rows(JobRun).where(*_held_by(lease)).values(progress=fraction).returning(JobRun.id)
        return await self._session.scalar(statement) is not None

    async def finish(
        self, run_id: UUID, attempt: int | None, *, state: JobState, result: object = None, error: str | None = None
    ) -> bool:
        values = {"id": run_id, "attempt": attempt, "state": state.value, "result": result, "error": error}
        return (await self._session.execute(_FINISH, values)).first() is not None

    async def requeue(
        self, run_id: UUID, attempt: int | None, *, queue: str, at: datetime | None, error: str | None
    ) -> bool:
        values = {
            "id": run_id,
            "attempt": attempt,
            "error": error,
            **_due(at),
            "channel": channel_of(queue),
            "message": ENQUEUED_MESSAGE,
        }
        return (await self._session.execute(_REQUEUE, values)).first() is not None

    async def cancel(self, run_id: UUID, *, reason: str) -> bool:
        """End a run that waits or works; a working attempt loses its lease at once."""
        return (await self._session.execute(_CANCEL, {"id": run_id, "error": reason})).first() is not None

    async def recover(
        self, run_id: UUID, *, payload: bytes, queue: str, heartbeat_seconds: int, timeout_seconds: int
    ) -> JobState | None:
        """Take a run away from a worker that is gone: wait for the next attempt, or die after the last one."""
        values = {
            "id": run_id,
            "error": _WORKER_DIED,
            "payload": payload,
            "heartbeat_seconds": heartbeat_seconds,
            "timeout_seconds": timeout_seconds,
            "scheduled": _due(None)["scheduled"],
            "channel": channel_of(queue),
            "message": ENQUEUED_MESSAGE,
        }
        row = (await self._session.execute(_RECOVER, values)).one_or_none()
        return None if row is None else JobState(row.state)

    async def discard(self, run_id: UUID) -> None:
        """Drop what SAQ still knows of a run that is over, or went away with its team."""
        await self._session.execute(_DISCARD, {"id": run_id})

    async def delete_finished_before(self, moment: datetime) -> int:
        deleted = await self._session.scalars(delete(JobRun).where(JobRun.finished_at < moment).returning(JobRun.id))
        return len(deleted.all())


async def list_team_ids(session: AsyncSession) -> Sequence[UUID]:
    """Return every team, for tasks of the system that visit them one by one."""
    return (await session.scalars(select(Team.id).order_by(Team.id))).all()


def _due(at: datetime | None) -> dict[str, Any]:
    """SAQ counts whole seconds: a chosen moment is rounded up, so that nothing starts early, and "now" down."""
    moment = at or clock.now()
    return {
        "scheduled_at": moment,
        "scheduled": math.ceil(moment.timestamp()) if at else math.floor(moment.timestamp()),
    }


def _held_by(lease: Lease) -> tuple[Any, ...]:
    return (JobRun.id == lease.run_id, JobRun.attempt == lease.attempt, JobRun.state == JobState.RUNNING)
