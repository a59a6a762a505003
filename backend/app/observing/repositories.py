"""What all workers together have done and have before them, read across teams and told by task alone."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Double, bindparam, select, text
from sqlalchemy import func as sql
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import JobStatistic


class EndedAttempts(msgspec.Struct, frozen=True, kw_only=True):
    task: str
    succeeded: int = 0
    failed: int = 0
    dead: int = 0
    wait_seconds: float = 0
    run_seconds: float = 0

    @property
    def attempts(self) -> int:
        return self.succeeded + self.failed + self.dead


class LiveRuns(msgspec.Struct, frozen=True, kw_only=True):
    task: str
    waiting: int = 0
    oldest_waiting_seconds: float = 0
    due_later: int = 0
    running: int = 0


class DatabaseState(msgspec.Struct, frozen=True, kw_only=True):
    size_bytes: int
    connections: int
    connections_limit: int
    oldest_transaction_seconds: float


# Of other roles it tells that they are connected, and nothing else: theirs is the oldest transaction only to a role that may see all.
_DATABASE = text("""
    SELECT pg_database_size(current_database()) AS size_bytes,
           count(*) AS connections,
           current_setting('max_connections')::int AS connections_limit,
           coalesce(extract(epoch FROM clock_timestamp() - min(xact_start) FILTER (WHERE pid <> pg_backend_pid())), 0)::float
           AS oldest_transaction_seconds
      FROM pg_stat_activity WHERE backend_type = 'client backend'
""")
# SAQ's table has no model: it is SAQ's. `scheduled` is when a run became due, in epoch seconds; one that is due but not marked as ready
# (no worker is there to notice) waits all the same. It reads the whole table, which is as small as the backlog: half a million in 0.25 s.
_LIVE = text("""
    SELECT task,
           count(*) FILTER (WHERE is_due AND NOT is_running) AS waiting,
           coalesce(max(greatest(:now - scheduled, 0)) FILTER (WHERE is_due AND NOT is_running), 0) AS oldest_waiting_seconds,
           count(*) FILTER (WHERE NOT is_due) AS due_later,
           count(*) FILTER (WHERE is_running) AS running
      FROM (SELECT task, scheduled, status = 'active' AS is_running, status <> 'new' OR scheduled <= :now AS is_due
              FROM saq_jobs WHERE status IN ('new', 'queued', 'active')) AS live
     GROUP BY task
""").bindparams(bindparam("now", type_=Double()))


class QueueFigures:
    """Needs a transaction that may read across teams."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list_ended_since(self, moment: datetime) -> Sequence[EndedAttempts]:
        counted = (JobStatistic.succeeded, JobStatistic.failed, JobStatistic.dead)
        statement = (
            select(
                JobStatistic.task,
                *(sql.sum(column).label(column.key) for column in counted),
                sql.sum(JobStatistic.wait_seconds_sum).label("wait_seconds"),
                sql.sum(JobStatistic.run_seconds_sum).label("run_seconds"),
            )
            .where(JobStatistic.minute >= moment)
            .group_by(JobStatistic.task)
        )
        rows = (await self._session.execute(statement)).mappings()
        return [EndedAttempts(**row) for row in rows]

    async def database(self) -> DatabaseState:
        return DatabaseState(**(await self._session.execute(_DATABASE)).mappings().one())

    async def list_live(self, now: datetime) -> Sequence[LiveRuns]:
        rows = (await self._session.execute(_LIVE, {"now": now.timestamp()})).mappings()
        return [LiveRuns(**row) for row in rows]
