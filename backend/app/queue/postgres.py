"""SAQ's PostgreSQL queue with our ledger beside it.

SAQ keeps its worker, cron, listening and dequeuing. What writes goes through `JobRunRepository`, so that the ledger and `saq_jobs` change
in one transaction, and an attempt that lost its lease changes neither. A finished job leaves `saq_jobs`: its record is the ledger.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any, override
from uuid import NAMESPACE_OID, UUID, uuid5

import psycopg
import psycopg.errors
import structlog
from psycopg.sql import Identifier
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from saq.job import Job, Status
from saq.queue.postgres import PostgresQueue
from saq.queue.postgres_migrations import get_migrations
from saq.types import WorkerInfo
from saq.utils import now_seconds
from sqlalchemy.exc import DBAPIError

from app.db.json import encode_json
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.models import JobState
from app.queue.enqueue import JobOptions, enqueuing_team, record_run, saq_job
from app.queue.errors import InvalidArguments, QueueNotReady
from app.queue.registry import registry
from app.queue.repositories import JobRunRepository
from app.queue.runner import Outcome, attempt_of, team_of

logger = structlog.stdlib.get_logger(__name__)

_CRON_PREFIX = "cron:"
_CRON_NAMESPACE = uuid5(NAMESPACE_OID, "quittance.cron")
_POOL_MAX_SIZE = 4  # one listens, the others take jobs
_WORKER_INFO_SECONDS = 10
_CONNECT_PATIENCE_SECONDS = 10
_FINISH_RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0)
_WORKER_STOPPED = "The worker was stopped in the middle of this attempt."
_JOB_DEFAULTS = Job(function="", key="")


class LedgerQueue(PostgresQueue):
    """The queue of the application: every job is a run in the ledger."""

    def __init__(self, url: str, sessions: SessionFactory, name: str = "default") -> None:
        # No connection is opened before one is needed: an API process that only enqueues needs none.
        pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            url,
            min_size=0,
            max_size=_POOL_MAX_SIZE,
            open=False,
            kwargs={"autocommit": True, "application_name": "quittance-queue"},
            check=AsyncConnectionPool.check_connection,
        )
        super().__init__(pool=pool, name=name, min_size=0, max_size=_POOL_MAX_SIZE, manage_pool_lifecycle=True)
        self.sessions = sessions
        self._announced_ticks: dict[str, UUID] = {}
        self._worker_info_written: dict[str, float] = {}

    @override
    async def connect(self) -> None:
        try:
            await super().connect()
        except BaseException:
            await self.pool.close()  # else its background tasks outlive the process's loop, noisily
            raise

    @override
    async def init_db(self) -> None:
        """Check the tables; they are made once, in the migration step, and never by workers that race for it."""
        target = get_migrations(self.jobs_table, self.stats_table)[-1][0]
        try:
            async with self.pool.connection(timeout=_CONNECT_PATIENCE_SECONDS) as connection:
                cursor = await connection.execute("SELECT max(version) FROM saq_versions")
                row = await cursor.fetchone()
        except PoolTimeout as error:
            raise QueueNotReady(
                "the database does not answer: start it (`make db-start`) or check DATABASE_URL"
            ) from error
        except psycopg.errors.UndefinedTable as error:
            raise QueueNotReady("the queue's tables are missing: run `make db-upgrade`") from error
        if row is None or row[0] != target:
            raise QueueNotReady(
                f"the queue's tables have version {row and row[0]}, this SAQ needs {target}: run `make db-upgrade`"
            )

    @override
    async def enqueue(self, job_or_func: str | Job, **kwargs: Any) -> Job | None:
        """Record a run as SAQ's own method takes it: keywords that name a setting of the job are settings, all others are arguments."""
        job, chosen = _as_job(job_or_func, kwargs)
        task = registry.get(job.function)
        if job.group_key is not None:
            raise InvalidArguments("group_key is not supported: in SAQ 0.26 it starves every job without one")
        arguments = job.kwargs or {}
        options = _options(job, chosen)
        if options.run_id is not None and self._announced_ticks.get(_cron_slot(job)) == options.run_id:
            return None  # the scheduler asks every second
        team_id = _chosen_team(job)
        async with transaction(self.sessions, TenantScope(team_id=team_id)) as session:
            run_id, is_new = await record_run(
                session, task, arguments, team_id=team_id, options=options, queue=self.name
            )
        if job.key.startswith(_CRON_PREFIX):
            self._announced_ticks[_cron_slot(job)] = run_id
        if not is_new:
            return None
        recorded = saq_job(task, run_id, team_id, options)
        recorded.queue = self
        return recorded

    @override
    async def map(self, *args: Any, **kwargs: Any) -> list[Any]:
        raise NotImplementedError("results are kept in job_runs, not in SAQ: enqueue, and read the run")

    @override
    async def finish(
        self, job: Job, status: Status, *, result: Any = None, error: str | None = None, **kwargs: Any
    ) -> None:
        """End an attempt the way the runner says; SAQ itself only knows that the function returned."""
        if isinstance(result, Outcome):
            outcome = result
        elif status is Status.ABORTED:
            await self.abort(job, error or "aborted")
            return
        else:
            outcome = Outcome(state=JobState.SUCCEEDED if status is Status.COMPLETE else JobState.DEAD, error=error)
        if await self._settle(job, outcome):
            self._count(outcome)

    @override
    async def retry(self, job: Job, error: str | None) -> None:
        """Give the job back: SAQ does so when a worker stops in the middle of it, and after an error outside the task."""
        reason = _WORKER_STOPPED if error == "cancelled" else error
        if await self._settle(job, Outcome(state=JobState.QUEUED, error=reason)):
            self.retried += 1

    @override
    async def abort(self, job: Job, error: str, ttl: float = 5) -> None:
        """Cancel, waiting or running: a running attempt has lost its lease from here on, and stops at its next heartbeat."""
        async with self._runs_of(job) as session:
            if await JobRunRepository(session).cancel(UUID(job.key), reason=error):
                self.aborted += 1

    @override
    async def sweep(self, lock: int = 60, abort: float = 5.0) -> list[str]:
        """Take jobs away from workers that stopped answering; any number of workers may do this at once."""
        async with self.pool.connection() as connection:
            await connection.execute("DELETE FROM saq_stats WHERE expire_at <= %s", (now_seconds(),))
            cursor = await connection.execute(
                "SELECT job, status FROM saq_jobs WHERE queue = %s AND status IN ('active', 'aborting')", (self.name,)
            )
            rows = await cursor.fetchall()
        swept: list[str] = []
        for payload, status in rows:
            try:
                job = self.deserialize(payload, status)  # pyright: ignore[reportUnknownMemberType]
                if job is not None and job.stuck and await self._recover(job, payload):
                    swept.append(job.key)
            except Exception:
                logger.exception("sweep_failed")  # one bad row must not keep the others waiting
        return swept

    @override
    async def write_worker_info(self, worker_id: str, info: WorkerInfo, ttl: int) -> None:
        """SAQ's timer also bounds how fast a worker stops, so it is short, and most of its ticks write nothing."""
        if time.monotonic() - self._worker_info_written.get(worker_id, -1e9) < _WORKER_INFO_SECONDS:
            return
        self._worker_info_written[worker_id] = time.monotonic()
        await super().write_worker_info(worker_id, info, ttl=3 * _WORKER_INFO_SECONDS)

    async def _recover(self, job: Job, payload: bytes) -> bool:
        async with self._runs_of(job) as session:
            runs = JobRunRepository(session)
            state = await runs.recover(
                UUID(job.key),
                payload=payload,
                queue=self.name,
                heartbeat_seconds=job.heartbeat,
                timeout_seconds=job.timeout,
            )
            if state is None:
                await runs.discard(UUID(job.key))
        if state is None:
            return False
        logger.warning("run_recovered", task=job.function, run_id=job.key, worker=job.worker_id, state=state)
        return True

    async def _settle(self, job: Job, outcome: Outcome) -> bool:
        """Write how the attempt ended, patient with a database that is just restarting."""
        for delay_seconds in _FINISH_RETRY_SECONDS:
            try:
                return await self._write(job, outcome)
            except (DBAPIError, OSError, TimeoutError) as error:
                logger.warning("outcome_not_written_yet", run_id=job.key, error=type(error).__name__)
                await asyncio.sleep(delay_seconds)
        return await self._write(job, outcome)

    async def _write(self, job: Job, outcome: Outcome) -> bool:
        run_id = UUID(job.key)
        async with self._runs_of(job) as session:
            runs = JobRunRepository(session)
            if outcome.state is None:
                await runs.discard(run_id)
                return False
            if outcome.state is JobState.QUEUED:
                is_written = await runs.requeue(
                    run_id, attempt_of(job), queue=self.name, at=outcome.next_attempt_at, error=outcome.error
                )
            else:
                is_written = await runs.finish(
                    run_id, attempt_of(job), state=outcome.state, result=outcome.result, error=outcome.error
                )
            if not is_written:
                await runs.discard(run_id)
        if not is_written:
            logger.warning("outcome_refused", run_id=job.key, reason="the lease was lost")
        return is_written

    def _runs_of(self, job: Job) -> Any:
        return transaction(self.sessions, TenantScope(team_id=team_of(job)))

    def _count(self, outcome: Outcome) -> None:
        if outcome.state is JobState.SUCCEEDED:
            self.complete += 1
        elif outcome.state is JobState.QUEUED:
            self.retried += 1
        else:
            self.failed += 1


def create_saq_tables(owner_url: str) -> None:
    """Bring SAQ's tables to the version of the installed library, once and alone."""
    migrations = get_migrations(Identifier("saq_jobs"), Identifier("saq_stats"))
    with psycopg.connect(owner_url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('quittance.saq_tables'))")
        connection.execute("CREATE TABLE IF NOT EXISTS saq_versions (version INT)")
        row = connection.execute("SELECT max(version) FROM saq_versions").fetchone()
        current = row[0] if row and row[0] is not None else 0
        if current > migrations[-1][0]:
            raise QueueNotReady(f"the queue's tables have version {current}, newer than this SAQ knows")
        for version, statements in migrations:
            if version > current:
                for statement in statements:
                    connection.execute(statement)
        connection.execute("DELETE FROM saq_versions")
        connection.execute("INSERT INTO saq_versions (version) VALUES (%s)", (migrations[-1][0],))


def _as_job(job_or_func: str | Job, settings_and_arguments: dict[str, Any]) -> tuple[Job, frozenset[str]]:
    """Sort keywords as SAQ does; also tell which settings were chosen, against those that are SAQ's defaults."""
    settings = {name: value for name, value in settings_and_arguments.items() if name in Job.__dataclass_fields__}
    arguments = {name: value for name, value in settings_and_arguments.items() if name not in settings}
    if isinstance(job_or_func, Job):
        job = job_or_func
        for name, value in settings.items():
            setattr(job, name, value)
        chosen = {name for name in Job.__dataclass_fields__ if getattr(job, name) != getattr(_JOB_DEFAULTS, name)}
    else:
        job = Job(function=job_or_func, **settings)
        chosen = set(settings)
    if arguments:
        job.kwargs = {**(job.kwargs or {}), **arguments}
    return job, frozenset(chosen)


def _options(job: Job, chosen: frozenset[str]) -> JobOptions:
    is_tick = job.key.startswith(_CRON_PREFIX)
    run_id, unique_key = None, None
    if is_tick:
        # One id per task, arguments and tick: any number of schedulers ask, the ledger takes one, even after it ran.
        run_id = uuid5(_CRON_NAMESPACE, f"{_cron_slot(job)}@{job.scheduled}")
    elif "key" in chosen:
        unique_key = job.key
    return JobOptions(
        run_id=run_id,
        unique_key=unique_key,
        scheduled_at=datetime.fromtimestamp(job.scheduled, tz=UTC) if job.scheduled else None,
        retries=job.retries if "retries" in chosen else None,
        timeout=job.timeout if "timeout" in chosen else None,
        heartbeat=job.heartbeat if "heartbeat" in chosen else None,
        priority=job.priority,
    )


def _cron_slot(job: Job) -> str:
    return f"{job.key}:{encode_json(job.kwargs or {})}"


def _chosen_team(job: Job) -> UUID | None:
    return team_of(job) if "team_id" in job.meta else enqueuing_team.get()
