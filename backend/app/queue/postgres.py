"""SAQ's PostgreSQL queue with our ledger beside it.

SAQ keeps its worker, its jobs, its page and its command. What it would do run by run is done here for many at once, in statements that
change the ledger and `saq_jobs` together: taking (`claiming.py`), keeping alive (`leases.py`), ending (`endings.py`), taking away.
A finished job leaves `saq_jobs`: its record is the ledger.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, override
from uuid import UUID

import psycopg
import psycopg.errors
import structlog
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from saq.job import Job, Status
from saq.queue.postgres import PostgresQueue
from saq.types import QueueInfo, WorkerInfo
from sqlalchemy.exc import DBAPIError

from app.db.driver import DriverStatement
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.models import JobState
from app.queue import schedules, statements
from app.queue.claiming import Claimer, Taker
from app.queue.connection import AWAY, CONTENDED, QueueConnection
from app.queue.deaths import Death, run_after
from app.queue.endings import Ending, Endings
from app.queue.enqueue import JobOptions, enqueuing_team, new_run, record
from app.queue.errors import InvalidArguments, QueueNotReady
from app.queue.leases import HeldRuns
from app.queue.news import News
from app.queue.note_keeping import NoteKeeper, Said, write_notes
from app.queue.nudging import Nudger
from app.queue.recording import Recording
from app.queue.registry import registry
from app.queue.repositories import (
    ENQUEUED_MESSAGE,
    RECORD,
    ClaimedRun,
    JobRunRepository,
    Lease,
    NewRun,
    channel_of,
    record_values,
)
from app.queue.runner import Outcome, held_by, hold, team_of
from app.queue.saq_job import JOB, JOBS, job_of_claimed, job_of_new, job_of_row
from app.queue.saq_tables import saq_schema_version
from app.queue.steering import JOBS_CHANNEL
from app.queue.workers import WorkerFacts, WorkerRow, forget_silent_workers

logger = structlog.stdlib.get_logger(__name__)

_POOL_MAX_SIZE = 2  # SAQ's page and its figures; the hot path has its own connections
_CONNECT_PATIENCE_SECONDS = 10
_LARGEST_WAKING = 1000
_WORKER_STOPPED = "The worker was stopped in the middle of this attempt."
_WORKER_DIED = "The worker stopped answering in the middle of this attempt."
_JOB_DEFAULTS = Job(function="", key="")
_RECORD = DriverStatement(RECORD)


class LedgerQueue(PostgresQueue):
    """The queue of the application: every job is a run in the ledger."""

    def __init__(self, url: str, sessions: SessionFactory, name: str = "default") -> None:
        # No connection is opened before one is needed: an API process that only enqueues needs none.
        pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            url,
            min_size=0,
            max_size=_POOL_MAX_SIZE,
            open=False,
            kwargs={"autocommit": True, "application_name": "quittance-saq"},
            check=AsyncConnectionPool.check_connection,
        )
        super().__init__(pool=pool, name=name, min_size=0, max_size=_POOL_MAX_SIZE, manage_pool_lifecycle=True)
        self.sessions = sessions
        self._connection = QueueConnection(url, channel_of(name))
        self._taker = Taker(self._connection, name, {task.name: task for task in registry})
        self._claimer = Claimer(self._take, self._give_back)
        self._held = HeldRuns(self._beat)
        self._endings = Endings(self._write)
        self._recording = Recording(self._record_all)
        self._nudger = Nudger(self._notify_workers)
        self._notes = NoteKeeper(self._write_notes)
        self._news = News(self._send_news)
        self._row: WorkerRow | None = None
        self._worker_id = "unnamed"
        self._stopped: asyncio.Event | None = None

    @override
    async def connect(self) -> None:
        try:
            await super().connect()
        except BaseException:
            await self.pool.close()  # else its background tasks outlive the process's loop, noisily
            raise

    @override
    async def disconnect(self) -> None:
        await self.end_work()
        await self._nudger.finish()
        await self._connection.close()
        await super().disconnect()

    @override
    async def init_db(self) -> None:
        """Check the tables; they are made once, in the migration step, and never by workers that race for it."""
        target = saq_schema_version()
        try:
            async with self.pool.connection(timeout=_CONNECT_PATIENCE_SECONDS) as connection:
                cursor = await connection.execute("SELECT max(version) FROM saq_versions")
                row = await cursor.fetchone()
                await connection.execute("SELECT lease_expires_at FROM saq_jobs LIMIT 0")
        except PoolTimeout as error:
            raise QueueNotReady(
                "the database does not answer: start it (`make db-start`) or check DATABASE_URL"
            ) from error
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
            raise QueueNotReady("the queue's tables are missing or old: run `make db-upgrade`") from error
        if row is None or row[0] != target:
            raise QueueNotReady(
                f"the queue's tables have version {row and row[0]}, this SAQ needs {target}: run `make db-upgrade`"
            )

    # Working

    async def begin_work(self, worker: WorkerFacts, stopped: asyncio.Event) -> asyncio.Task[None]:
        """Take runs for this worker from now on, until it stops: from then on none begins."""
        self._worker_id, self._stopped = worker.id, stopped
        row = self._row = WorkerRow(self._connection, self.name, worker)
        await row.beat()
        self._held.start()
        self._endings.start()
        self._notes.start()

        async def stop_with_worker() -> None:
            await stopped.wait()
            await self._claimer.stop()
            await row.say_stopping()

        return asyncio.create_task(stop_with_worker())

    async def end_work(self) -> None:
        """Write down what has ended, and give back what had not begun."""
        await self._claimer.stop()
        await self._notes.stop()
        await self._endings.stop()
        await self._held.stop()
        await self._news.stop()
        if self._row is not None:
            row, self._row = self._row, None
            await row.forget()

    @override
    async def dequeue(self, timeout: float = 0.0, poll_interval: float = 0.0) -> Job | None:
        self._connection.listen(self._claimer.wake)
        run = await self._claimer.next(timeout)
        if run is None:
            return None
        if self._stopped is not None and self._stopped.is_set():
            await self._give_back([run])
            return None
        return self._job_of(run)

    @override
    async def update(self, job: Job, **kwargs: Any) -> None:
        """What a task changes in its job, only the task sees: the ledger is written by taking and ending."""
        for name, value in kwargs.items():
            setattr(job, name, value)

    @override
    async def jobs(self, job_keys: Iterable[str]) -> list[Job | None]:
        """SAQ's worker asks every second which of its jobs to abort: none, a cancelled run loses its lease."""
        return []

    @override
    async def job(self, job_key: str) -> Job | None:
        pool = await self._connection.pool()
        row = await pool.fetchrow(JOB, self.name, job_key)
        return job_of_row(row, self) if row else None

    @override
    async def info(self, jobs: bool = False, offset: int = 0, limit: int = 10) -> QueueInfo:
        """For SAQ's page: with `jobs`, the first hundred of those that run or may."""
        known = await super().info()
        if jobs:
            pool = await self._connection.pool()
            rows = await pool.fetch(JOBS, self.name, offset)
            known["jobs"] = [job_of_row(row, self).to_dict() for row in rows]
        return known

    @override
    async def finish(
        self, job: Job, status: Status, *, result: Any = None, error: str | None = None, **kwargs: Any
    ) -> None:
        """End an attempt the way the runner says; SAQ itself only knows that the function returned."""
        if isinstance(result, Outcome):
            await self._end(job, result)
        elif status is Status.ABORTED:
            await self.abort(job, error or "aborted")
        else:
            await self._end(
                job, Outcome(is_success=status is Status.COMPLETE, is_unseen=status is not Status.COMPLETE, error=error)
            )

    @override
    async def retry(self, job: Job, error: str | None) -> None:
        """Give the job back: SAQ does so when a worker stops in the middle of it, and after an error outside the task."""
        reason = _WORKER_STOPPED if error == "cancelled" else error
        await self._end(job, Outcome(error=reason, next_attempt_at=datetime.fromtimestamp(0, tz=UTC)))

    @override
    async def abort(self, job: Job, error: str, ttl: float = 5) -> None:
        """Cancel, waiting or running: a running attempt has lost its lease from here on, and stops at its next heartbeat."""
        async with transaction(self.sessions, TenantScope(team_id=team_of(job))) as session:
            if await JobRunRepository(session).cancel(UUID(job.key), reason=error):
                self.aborted += 1
                self._news.of([team_of(job)])

    @override
    async def schedule(self, lock: int = 1) -> list[str]:
        """Start what a clock starts, and let what was due later be taken, now that it is due."""
        try:
            pool = await self._connection.pool()
            while await pool.fetchval(statements.READY_WHAT_IS_DUE, self.name, _LARGEST_WAKING) == _LARGEST_WAKING:
                self._claimer.wake()
            self._claimer.wake()
            if (now := await pool.fetchval(statements.IS_A_TICK_DUE, self.name)) is not None:
                async with transaction(self.sessions) as session:
                    started = await schedules.tick(session, now=now, queue=self.name)
                self._news.of(None for _ in started)
        except (*AWAY, *CONTENDED, DBAPIError) as error:
            logger.warning("nothing_started_by_the_clock", error=type(error).__name__)
        return []

    @override
    async def sweep(self, lock: int = 60, abort: float = 5.0) -> list[str]:
        """Take runs away from workers that stopped answering; any number of workers may do this at once."""
        if not self._held.has_been_in_touch:
            return []
        pool = await self._connection.pool()
        async with pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(statements.TAKE_AWAY, self.name, _WORKER_DIED)
            await self._record_on(
                connection, [run_after(Death.of_row(row), self.name) for row in rows if row["state"] == JobState.DEAD]
            )
        await pool.execute(statements.SET_ASIDE_ORPHANS, self.name)
        await forget_silent_workers(self._connection, self.name)
        self._news.of(row["team_id"] for row in rows)
        for row in rows:
            logger.warning(
                "run_taken_away", task=row["task"], run_id=str(row["id"]), worker=row["worker"], state=row["state"]
            )
        if rows:
            self._claimer.wake()
        return [str(row["id"]) for row in rows]

    @override
    async def write_worker_info(self, worker_id: str, info: WorkerInfo, ttl: int) -> None:
        """Workers are known from `job_workers`."""

    async def _take(self, places: int) -> list[ClaimedRun]:
        taken = await self._taker.take(places, worker=self._worker_id)
        for run in taken:
            self._held.add(run, self._notes.notes_of(run.lease))
        self._news.of(run.lease.team_id for run in taken)
        return taken

    async def _give_back(self, runs: Sequence[ClaimedRun]) -> None:
        for run in runs:
            self._held.forget(run.lease)
        pool = await self._connection.pool()
        await pool.execute(statements.GIVE_BACK, *_arrays(run.lease for run in runs))

    async def _beat(self, leases: Sequence[Lease]) -> set[UUID]:
        pool = await self._connection.pool()
        kept = {row["id"] for row in await pool.fetch(statements.BEAT, *_arrays(leases))} if leases else set[UUID]()
        if not leases:
            await pool.execute("SELECT 1")  # to know whether the database is there
        if self._row is not None:
            await self._row.beat()
        return kept

    def _job_of(self, run: ClaimedRun) -> Job:
        held = self._held.get(run.lease.run_id) or self._held.add(run, self._notes.notes_of(run.lease))
        job = job_of_claimed(run, self)
        hold(job, held)
        return job

    async def _end(self, job: Job, outcome: Outcome) -> None:
        held = held_by(job)
        if held.notes:
            await self._notes.flush()  # while the lease is there: the last progress is written, too
        if not outcome.is_ours or (held.is_lost and not outcome.is_written):
            self._held.forget(held.lease)
            return
        if outcome.is_success:
            self.complete += 1
        elif outcome.is_final:
            self.failed += 1
        else:
            self.retried += 1
        if outcome.is_written:
            self._held.forget(held.lease)
            self._news.of([held.lease.team_id])
            self._claimer.wake()
            return
        await self._endings.add(
            Ending(
                lease=held.lease,
                is_success=outcome.is_success,
                result_json=outcome.result_json,
                error=outcome.error,
                is_final=outcome.is_final,
                next_attempt_at=outcome.next_attempt_at,
                follower=run_after(Death.of(held.run), self.name) if outcome.is_unseen and outcome.is_final else None,
            )
        )

    async def _write(self, endings: Sequence[Ending]) -> None:
        """In one commit, which for those that succeeded is one statement; an attempt that lost its lease changes nothing."""
        succeeded = sorted((each for each in endings if each.is_success), key=_by_run)
        failed = sorted((each for each in endings if not each.is_success), key=_by_run)
        pool = await self._connection.pool()
        async with pool.acquire() as connection:
            if not failed:
                written = await _write_succeeded(connection, succeeded)
            else:
                async with connection.transaction():
                    await connection.execute(statements.LOCK, sorted(each.lease.run_id for each in endings))
                    written = await _write_succeeded(connection, succeeded) | await self._write_failed(
                        connection, failed
                    )
        for each in endings:
            self._held.forget(each.lease)
            if each.lease.run_id not in written:
                logger.warning("outcome_refused", run_id=str(each.lease.run_id), reason="the lease was lost")
        self._news.of(each.lease.team_id for each in endings)
        self._claimer.wake()  # their places among the running ones are free

    async def _write_failed(self, connection: Any, failed: Sequence[Ending]) -> set[UUID]:
        rows = await connection.fetch(
            statements.FAIL,
            *_arrays(each.lease for each in failed),
            [each.error for each in failed],
            [each.is_final for each in failed],
            [each.next_attempt_at for each in failed],
        )
        followers = {each.lease.run_id: each.follower for each in failed}
        await self._record_on(connection, [followers[row["id"]] for row in rows])
        return {row["id"] for row in rows}

    async def _write_notes(self, said: Sequence[Said]) -> None:
        for lease in await write_notes(await self._connection.pool(), said):
            held = self._held.get(lease.run_id)
            if held is not None and held.lease == lease:
                held.lose()
        self._news.of(each.lease.team_id for each in said)

    async def _send_news(self, teams: Sequence[str]) -> None:
        pool = await self._connection.pool()
        await pool.execute(statements.TELL, JOBS_CHANNEL, teams)

    # Enqueuing

    @override
    async def enqueue(self, job_or_func: str | Job, **kwargs: Any) -> Job | None:
        """Record a run as SAQ's own method takes it: keywords that name a setting of the job are settings, all others are arguments."""
        job, chosen = _as_job(job_or_func, kwargs)
        task = registry.get(job.function)
        if job.group_key is not None:
            raise InvalidArguments("group_key is not supported: in SAQ 0.26 it starves every job without one")
        options = _options(job, chosen)
        team_id = _chosen_team(job)
        run = new_run(task, job.kwargs or {}, team_id=team_id, options=options, queue=self.name)
        if run.unique_key is None:
            is_new = await self._record(run)
        else:
            async with transaction(self.sessions, TenantScope(team_id=team_id)) as session:
                _, is_new = await record(session, run)
        if not is_new:
            return None
        return job_of_new(run, self)

    async def _record(self, run: NewRun) -> bool:
        is_new = await self._recording.record(run)
        self._nudger.nudge()
        return is_new

    async def _record_all(self, runs: Sequence[NewRun]) -> set[UUID]:
        return await self._record_on(await self._connection.pool(), runs)

    async def _record_on(self, connection: Any, runs: Sequence[NewRun | None]) -> set[UUID]:
        given = [run for run in runs if run is not None]
        if not given:
            return set()
        rows = await connection.fetch(_RECORD.sql, *_RECORD.positional(record_values(given)))
        return {row["id"] for row in rows}

    async def _notify_workers(self) -> None:
        pool = await self._connection.pool()
        await pool.execute("SELECT pg_notify($1, $2)", channel_of(self.name), ENQUEUED_MESSAGE)

    @override
    async def map(self, *args: Any, **kwargs: Any) -> list[Any]:
        raise NotImplementedError("results are kept in job_runs, not in SAQ: enqueue, and read the run")


async def _write_succeeded(connection: Any, succeeded: Sequence[Ending]) -> set[UUID]:
    if not succeeded:
        return set()
    leases, results = _arrays(each.lease for each in succeeded), [each.result_json for each in succeeded]
    return {row["id"] for row in await connection.fetch(statements.SUCCEED, *leases, results)}


def _arrays(leases: Iterable[Lease]) -> tuple[list[UUID], list[int]]:
    pairs = [(lease.run_id, lease.attempt) for lease in leases]
    return [run_id for run_id, _ in pairs], [attempt for _, attempt in pairs]


def _by_run(ending: Ending) -> UUID:
    return ending.lease.run_id


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
    return JobOptions(
        unique_key=job.key if "key" in chosen else None,
        scheduled_at=datetime.fromtimestamp(job.scheduled, tz=UTC) if job.scheduled else None,
        retries=job.retries if "retries" in chosen else None,
        timeout=job.timeout if "timeout" in chosen else None,
        heartbeat=job.heartbeat if "heartbeat" in chosen else None,
        priority=job.priority if "priority" in chosen else None,
    )


def _chosen_team(job: Job) -> UUID | None:
    return team_of(job) if "team_id" in job.meta else enqueuing_team.get()
