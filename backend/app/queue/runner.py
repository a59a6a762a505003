"""Runs one attempt of a task: claims the run, keeps its lease alive, and says how it ended."""

import asyncio
import contextlib
import traceback
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog
from saq.job import Job
from saq.types import Context
from sqlalchemy.exc import DBAPIError

from app.config import Settings
from app.db.audit import RequestFacts, acting
from app.db.json import encode_json
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.lib import clock
from app.models import JobState
from app.queue.context import TaskContext
from app.queue.enqueue import encode_job, enqueuing_team, task_timeout
from app.queue.errors import LeaseLost, PermanentFailure, TaskTimedOut
from app.queue.registry import Task
from app.queue.repositories import ClaimedRun, JobRunRepository, Lease

logger = structlog.stdlib.get_logger(__name__)

_LEASE_KEY = "attempt"
_BEATS_PER_HEARTBEAT = 3
_MAX_ERROR_CHARACTERS = 8000
_CANCEL_PATIENCE_SECONDS = 0.8  # SAQ gives the whole job one second to end after a cancellation


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How an attempt ended; `state` is None when the run was not this attempt's to end."""

    state: JobState | None
    result: Any = None
    error: str | None = None
    next_attempt_at: datetime | None = None


NOT_OURS = Outcome(state=None)


class Runner:
    """Gives SAQ's worker one function per task, each going through the ledger."""

    def __init__(self, settings: Settings, sessions: SessionFactory) -> None:
        self._settings = settings
        self._sessions = sessions

    def entry_point(self, task: Task) -> Callable[[Context], Coroutine[Any, Any, Outcome]]:
        """Return what SAQ calls; SAQ finds functions by `__qualname__`."""

        async def run_task(ctx: Context) -> Outcome:
            return await self._run(task, {**ctx})

        run_task.__name__ = run_task.__qualname__ = task.name
        run_task.__doc__ = task.function.__doc__
        return run_task

    async def _run(self, task: Task, saq_context: dict[str, Any]) -> Outcome:
        job: Job = saq_context["job"]
        worker_id = str(saq_context["worker"].id)
        run_id, team_id = UUID(job.key), team_of(job)
        async with transaction(self._sessions, TenantScope(team_id=team_id)) as session:
            claimed = await JobRunRepository(session).claim(run_id, worker=worker_id)
        if claimed is None:
            logger.warning(
                "run_refused", task=task.name, run_id=str(run_id), reason="finished, cancelled or claimed elsewhere"
            )
            return NOT_OURS
        lease = claimed.lease
        job.meta[_LEASE_KEY] = lease.attempt
        bound = {"task": task.name, "run_id": str(run_id), "attempt": lease.attempt}
        if team_id is not None:
            bound["team_id"] = str(team_id)
        if claimed.trace_id is not None:
            bound["trace_id"] = claimed.trace_id
        ctx = TaskContext(
            saq_context,
            lease=lease,
            max_attempts=claimed.max_attempts,
            settings=self._settings,
            sessions=self._sessions,
        )
        token = enqueuing_team.set(team_id)
        try:
            facts = RequestFacts(action=task.name, request_id=str(run_id), trace_id=claimed.trace_id)
            with structlog.contextvars.bound_contextvars(**bound), acting(facts):
                return await self._attempt(task, ctx, job, claimed)
        finally:
            enqueuing_team.reset(token)

    async def _attempt(self, task: Task, ctx: TaskContext, job: Job, claimed: ClaimedRun) -> Outcome:
        started = clock.now()
        try:
            arguments = _typed_arguments(task, claimed)
            result = await self._watch(task.function(ctx, **arguments), job, claimed.lease)
        except LeaseLost as error:
            logger.warning("lease_lost", error=str(error))
            return NOT_OURS
        except Exception as error:
            is_final = isinstance(error, PermanentFailure) or ctx.is_last_attempt
            text = describe(error)
            if is_final:
                logger.exception("task_dead")
                return Outcome(state=JobState.DEAD, error=text)
            next_attempt_at = clock.now() + task.delay_before(claimed.lease.attempt + 1)
            logger.warning("task_failed", exc_info=error, next_attempt_at=next_attempt_at.isoformat())
            return Outcome(state=JobState.QUEUED, error=text, next_attempt_at=next_attempt_at)
        logger.info("task_succeeded", seconds=round((clock.now() - started).total_seconds(), 3))
        return Outcome(state=JobState.SUCCEEDED, result=_storable(result))

    async def _watch(self, work: Coroutine[Any, Any, Any], job: Job, lease: Lease) -> Any:
        """Await the work until it ends, runs out of time or loses its lease."""
        timeout_seconds = task_timeout(job)
        working = asyncio.create_task(work)
        beating = asyncio.create_task(self._beat_until_lost(job, lease))
        try:
            done, _ = await asyncio.wait(
                {working, beating}, timeout=timeout_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if working in done:
                if working.cancelled():
                    raise RuntimeError("the task cancelled itself")
                return working.result()
            if beating in done:
                raise LeaseLost(lease.run_id, lease.attempt)
            raise TaskTimedOut(f"the attempt took longer than {timeout_seconds} seconds")
        finally:
            await _stop(working, beating)

    async def _beat_until_lost(self, job: Job, lease: Lease) -> None:
        while True:
            await asyncio.sleep(job.heartbeat / _BEATS_PER_HEARTBEAT)
            job.touched = int(clock.now().timestamp() * 1000)
            try:
                async with transaction(self._sessions, TenantScope(team_id=lease.team_id)) as session:
                    is_held = await JobRunRepository(session).beat(lease, encode_job(job, _queue_of(job)))
            except (DBAPIError, OSError, TimeoutError) as error:
                # The database may be back before the sweep gives the run away; until then nobody else can claim it either.
                logger.warning("heartbeat_failed", error=type(error).__name__)
                continue
            if not is_held:
                return


def team_of(job: Job) -> UUID | None:
    team_id = job.meta.get("team_id")
    return UUID(team_id) if team_id else None


def attempt_of(job: Job) -> int | None:
    """The attempt that this very job object claimed, if it did."""
    attempt = job.meta.get(_LEASE_KEY)
    return attempt if isinstance(attempt, int) else None


def describe(error: BaseException) -> str:
    """The traceback's end, as PostgreSQL can store it."""
    text = "".join(traceback.format_exception(error)).replace("\x00", "")[-_MAX_ERROR_CHARACTERS:]
    return text.encode(errors="replace").decode()


def _queue_of(job: Job) -> str:
    return job.get_queue().name


def _typed_arguments(task: Task, claimed: ClaimedRun) -> dict[str, Any]:
    try:
        return task.from_stored(claimed.arguments)
    except msgspec.ValidationError as error:
        raise PermanentFailure(f"the stored arguments no longer fit {task.name!r}: {error}") from error


def _storable(result: object) -> Any:
    """A result that cannot be stored must not undo the work: it is left out."""
    try:
        encoded = encode_json(result)
    except (TypeError, ValueError, UnicodeEncodeError) as error:
        logger.warning("result_not_stored", error=str(error))
        return None
    if r"\u0000" in encoded:
        logger.warning("result_not_stored", error="contains NUL characters")
        return None
    return msgspec.json.decode(encoded)


async def _stop(*running: asyncio.Task[Any]) -> None:
    for each in running:
        each.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.wait(running, timeout=_CANCEL_PATIENCE_SECONDS)
