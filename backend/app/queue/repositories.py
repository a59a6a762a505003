"""The ledger and SAQ's table of live jobs as a session's transaction sees them: the two change together or not at all.

The locks are always taken in one order, `job_runs` before `saq_jobs`, as in `statements.py`.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, CursorResult, Integer, Text, Uuid, bindparam, delete, select, text
from sqlalchemy import update as update_rows
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import Base
from app.db.json import encode_json
from app.lib import clock
from app.models import JobAction, JobLogLine, JobRun, JobState, JobStatistic, Team
from app.queue.notes import Progress
from app.queue.nudging import nudge_after_commit

# SAQ's own names (saq/queue/postgres.py); tests/queue/test_saq_contract.py holds them still.
ENQUEUED_MESSAGE = "saq:enqueue"
# Priorities age: each step weighs as much as so many seconds of waiting.
PRIORITY_STEP_SECONDS = 10
_NO_TEAM = UUID(int=0)


def channel_of(queue: str) -> str:
    return f"saq:{queue}"


class Lease(msgspec.Struct, frozen=True):
    """The right of one attempt to write: it ends when another attempt begins or the run does."""

    run_id: UUID
    team_id: UUID | None
    attempt: int


class NewRun(msgspec.Struct, frozen=True, kw_only=True):
    """A row for the ledger, and what SAQ's table repeats of it."""

    id: UUID
    team_id: UUID | None
    queue: str
    task: str
    arguments: dict[str, Any]
    unique_key: str | None
    unique_seconds: int
    max_attempts: int
    trace_id: str | None
    traceparent: str | None
    replay_of_id: UUID | None
    scheduled_at: datetime | None
    priority: int
    heartbeat_seconds: int
    timeout_seconds: int


class ClaimedRun(msgspec.Struct, frozen=True, kw_only=True):
    lease: Lease
    task: str
    arguments: dict[str, Any]
    max_attempts: int
    trace_id: str | None
    traceparent: str | None
    priority: int
    heartbeat_seconds: int
    timeout_seconds: int
    wait_seconds: float


# Takes any number of runs as JSON, so that those who enqueue at the same time can share a commit.
RECORD = text("""
    WITH wanted AS (
        SELECT * FROM jsonb_to_recordset(CAST(:runs AS jsonb)) AS w(
            id uuid, team_id uuid, queue text, task text, arguments jsonb, unique_key text, unique_seconds integer, priority smallint,
            max_attempts integer, trace_id text, traceparent text, replay_of_id uuid, scheduled_at timestamptz, scheduled bigint,
            lane_team_id uuid, rank double precision, heartbeat_seconds integer, timeout_seconds integer)
    ), run AS (
        INSERT INTO job_runs (id, team_id, queue, task, arguments, unique_key, priority, state, attempt, max_attempts, progress,
                              trace_id, traceparent, replay_of_id, scheduled_at, queued_at)
        SELECT id, team_id, queue, task, arguments, unique_key, priority, 'queued', 0, max_attempts, 0,
               trace_id, traceparent, replay_of_id, scheduled_at, now()
          FROM wanted
         WHERE unique_seconds = 0 OR NOT EXISTS (
             SELECT FROM job_runs AS known
              WHERE known.task = wanted.task AND known.unique_key = wanted.unique_key AND known.team_id IS NOT DISTINCT FROM wanted.team_id
                AND known.queued_at > clock_timestamp() - make_interval(secs => wanted.unique_seconds))
        ON CONFLICT DO NOTHING
        RETURNING id, scheduled_at <= clock_timestamp() AS is_ready
    ), job AS (
        INSERT INTO saq_jobs (key, job, queue, status, priority, scheduled, task, team_id, rank, heartbeat_seconds, timeout_seconds)
        SELECT run.id::text, '', queue, CASE WHEN is_ready THEN 'queued' ELSE 'new' END, priority, scheduled, task, lane_team_id,
               rank, heartbeat_seconds, timeout_seconds
          FROM run JOIN wanted ON wanted.id = run.id
    )
    SELECT id FROM run
""").bindparams(bindparam("runs", type_=Text()))

# What the ends of runs (a CTE named `run`, with these columns) add to the figures of their minute.
COUNT_ENDS = """
    counted AS (
        INSERT INTO job_statistics AS known (team_id, minute, queue, task, succeeded, failed, dead,
                                             wait_seconds_sum, wait_seconds_max, run_seconds_sum, run_seconds_max)
        SELECT team_id, date_trunc('minute', clock_timestamp()), queue, task,
               count(*) FILTER (WHERE state = 'succeeded'), count(*) FILTER (WHERE state = 'queued'),
               count(*) FILTER (WHERE state = 'dead'),
               sum(wait_seconds), max(wait_seconds), sum(run_seconds), max(run_seconds)
          FROM run GROUP BY team_id, queue, task ORDER BY team_id, queue, task
        ON CONFLICT (team_id, minute, queue, task) DO UPDATE
           SET succeeded = known.succeeded + excluded.succeeded, failed = known.failed + excluded.failed, dead = known.dead + excluded.dead,
               wait_seconds_sum = known.wait_seconds_sum + excluded.wait_seconds_sum,
               wait_seconds_max = greatest(known.wait_seconds_max, excluded.wait_seconds_max),
               run_seconds_sum = known.run_seconds_sum + excluded.run_seconds_sum,
               run_seconds_max = greatest(known.run_seconds_max, excluded.run_seconds_max)
    )
"""
MEASURED = """
    run.id, run.team_id, run.queue, run.task, run.state,
    greatest(extract(epoch FROM run.started_at - greatest(run.scheduled_at, run.queued_at)), 0)::float AS wait_seconds,
    extract(epoch FROM clock_timestamp() - run.started_at)::float AS run_seconds
"""

_LOCK_KEY = text("SELECT pg_advisory_xact_lock(hashtext(:task), hashtext(:unique_key))")

_CANCEL = text("""
    WITH run AS (
        UPDATE job_runs SET state = 'cancelled', error = :error, finished_at = clock_timestamp()
         WHERE id = :id AND state IN ('queued', 'running') RETURNING id
    ), job AS (
        DELETE FROM saq_jobs USING run WHERE key = run.id::text
    )
    SELECT id FROM run
""").bindparams(bindparam("id", type_=Uuid()), bindparam("error", type_=Text()))


def record_values(runs: Sequence[NewRun]) -> dict[str, str]:
    """The parameter of `RECORD`."""
    return {"runs": encode_json([_row(run) for run in runs])}


def _row(run: NewRun) -> dict[str, Any]:
    """SAQ counts whole seconds: a chosen moment is rounded up, so that nothing starts early, and "now" down."""
    moment = run.scheduled_at or clock.now()
    seconds = moment.timestamp()
    return msgspec.structs.asdict(run) | {
        "scheduled_at": moment,
        "scheduled": math.ceil(seconds) if run.scheduled_at else math.floor(seconds),
        "lane_team_id": run.team_id or _NO_TEAM,
        "rank": seconds + run.priority * PRIORITY_STEP_SECONDS,
    }


_SUCCEED = text(f"""
    WITH run AS (
        UPDATE job_runs AS run SET state = 'succeeded', progress = 1, error = NULL, finished_at = clock_timestamp()
         WHERE run.id = :id AND run.attempt = :attempt AND run.state = 'running'
        RETURNING {MEASURED}
    ), job AS (
        DELETE FROM saq_jobs USING run WHERE saq_jobs.key = run.id::text
    ), {COUNT_ENDS}
    SELECT id FROM run
""").bindparams(bindparam("id", type_=Uuid()), bindparam("attempt", type_=Integer()))  # noqa: S608 - the parts are constants


class JobRunRepository:
    """The ledger as one transaction sees it: runs of its own team, or of the system when it has none."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def record(self, run: NewRun) -> bool:
        """Write the run and wake a worker when this commits; false when its id or its unique key is taken."""
        if run.unique_seconds:
            # Two who ask at once: the second looks when the first is seen.
            await self._session.execute(_LOCK_KEY, {"task": run.task, "unique_key": run.unique_key})
        is_new = (await self._session.execute(RECORD, record_values([run]))).first() is not None
        if is_new:
            nudge_after_commit(self._session, channel_of(run.queue), ENQUEUED_MESSAGE)
        return is_new

    async def find_unique(self, task: str, unique_key: str) -> UUID | None:
        """The run that has the key: one that waits or works, else the latest."""
        statement = (
            select(JobRun.id)
            .where(JobRun.task == task, JobRun.unique_key == unique_key)
            .order_by(JobRun.finished_at.desc().nulls_first(), JobRun.queued_at.desc())
        )
        return await self._session.scalar(statement.limit(1))

    async def get(self, run_id: UUID) -> JobRun | None:
        return await self._session.get(JobRun, run_id)

    async def hold(self, lease: Lease) -> bool:
        """Keep the lease until this transaction ends; false when it is lost."""
        statement = select(JobRun.id).where(*_held_by(lease)).with_for_update(read=True)
        return await self._session.scalar(statement) is not None

    async def succeed(self, lease: Lease) -> bool:
        """End the run in this very transaction; false when the lease is lost."""
        values = {"id": lease.run_id, "attempt": lease.attempt}
        return (await self._session.execute(_SUCCEED, values)).first() is not None

    async def set_progress(self, lease: Lease, progress: Progress) -> bool:
        values = {
            "progress": progress.fraction,
            "progress_done": progress.done,
            "progress_total": progress.total,
            "progress_message": progress.message,
        }
        statement = update_rows(JobRun).where(*_held_by(lease)).values(values).returning(JobRun.id)
        return await self._session.scalar(statement) is not None

    async def cancel(self, run_id: UUID, *, reason: str) -> bool:
        """End a run that waits or works; a working attempt loses its lease at once."""
        return (await self._session.execute(_CANCEL, {"id": run_id, "error": reason})).first() is not None

    async def delete_finished_before(self, moment: datetime) -> int:
        deleted = await self._session.scalars(delete(JobRun).where(JobRun.finished_at < moment).returning(JobRun.id))
        return len(deleted.all())


class TraceRepository:
    """What is kept about runs beside them: of the transaction's own team, or of the system."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def delete_lines_before(self, moment: datetime) -> int:
        return await self._delete(JobLogLine, JobLogLine.at < moment)

    async def delete_statistics_before(self, moment: datetime) -> int:
        return await self._delete(JobStatistic, JobStatistic.minute < moment)

    async def delete_actions_before(self, moment: datetime) -> int:
        return await self._delete(JobAction, JobAction.at < moment)

    async def _delete(self, model: type[Base], is_over: ColumnElement[bool]) -> int:
        deleted = await self._session.execute(delete(model).where(is_over))
        return cast("CursorResult[Any]", deleted).rowcount


async def list_team_ids(session: AsyncSession) -> Sequence[UUID]:
    """Return every team, for tasks of the system that visit them one by one."""
    return (await session.scalars(select(Team.id).order_by(Team.id))).all()


def _held_by(lease: Lease) -> tuple[Any, ...]:
    return (JobRun.id == lease.run_id, JobRun.attempt == lease.attempt, JobRun.state == JobState.RUNNING)
