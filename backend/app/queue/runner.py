"""Runs one attempt of a task that was taken: in its time, while it holds its lease, and says how it ended."""

import asyncio
import traceback
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog
from saq.job import Job
from saq.types import Context

from app.config import Settings
from app.db.audit import RequestFacts, current_facts
from app.db.json import encode_json
from app.db.session import SessionFactory
from app.lib import clock
from app.lib.logs import line_keeper
from app.lib.tracing import Attributes, Span, continued_span
from app.queue.context import TaskContext
from app.queue.enqueue import enqueuing_team
from app.queue.errors import LeaseLost, PermanentFailure, TaskTimedOut, UnfitArguments
from app.queue.leases import HeldRun
from app.queue.registry import Task
from app.queue.repositories import ClaimedRun

logger = structlog.stdlib.get_logger(__name__)

_MAX_ERROR_CHARACTERS = 8000
_HELD_KEY = "held"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How an attempt ended. A failure is final, or waits for its next attempt; what was not ours to end is neither."""

    is_ours: bool = True
    is_written: bool = False  # by the task's own transaction
    is_success: bool = False
    is_unseen: bool = False  # by the task's function: it could not react to its own failure
    result_json: str | None = None
    error: str | None = None
    next_attempt_at: datetime | None = None

    @property
    def is_final(self) -> bool:
        return self.next_attempt_at is None


NOT_OURS = Outcome(is_ours=False)
SUCCEEDED = Outcome(is_success=True, is_written=True)


class Runner:
    """Makes of a registered task what SAQ's worker calls."""

    def __init__(self, settings: Settings, sessions: SessionFactory) -> None:
        self._settings = settings
        self._sessions = sessions

    def entry_point(self, task: Task) -> Callable[[Context], Coroutine[Any, Any, Outcome]]:
        """Return what SAQ calls; SAQ finds functions by `__qualname__`."""

        async def run_task(ctx: Context) -> Outcome:
            return await self._run(task, ctx)

        run_task.__name__ = run_task.__qualname__ = task.name
        run_task.__doc__ = task.function.__doc__
        return run_task

    async def _run(self, task: Task, saq_context: Mapping[str, Any]) -> Outcome:
        """Work in the asyncio task that SAQ made for this job: what is set in its context ends with it."""
        held = held_by(saq_context["job"])
        run = held.run
        ctx = TaskContext(
            saq_context,
            lease=held.lease,
            max_attempts=run.max_attempts,
            settings=self._settings,
            sessions=self._sessions,
            notes=held.notes,
        )
        enqueuing_team.set(ctx.team_id)
        with continued_span(f"run {task.name}", run.traceparent, kind="consumer") as span:
            if span.is_recorded:
                span.say(_told(run, saq_context["worker"].queue.name))
            structlog.contextvars.bind_contextvars(**_names(run), trace_id=span.trace_id)
            current_facts.set(RequestFacts(action=task.name, request_id=str(ctx.run_id), trace_id=span.trace_id))
            return await self._attempt(task, ctx, held, span)

    async def _attempt(self, task: Task, ctx: TaskContext, held: HeldRun, span: Span) -> Outcome:
        started = clock.now()
        try:
            result = await self._work(task, ctx, held)
        except LeaseLost as error:
            if ctx.has_succeeded:
                return SUCCEEDED  # the heartbeat was as fast as the answer to the commit
            span.fail("LeaseLost")
            logger.warning("lease_lost", error=str(error))
            return NOT_OURS
        except Exception as error:
            if ctx.has_succeeded:
                logger.exception("task_failed_after_its_end")
                return SUCCEEDED
            span.fail(type(error).__qualname__)
            is_final = isinstance(error, PermanentFailure) or ctx.is_last_attempt
            if is_final:
                logger.exception("task_dead")
                return Outcome(error=describe(error), is_unseen=isinstance(error, (TaskTimedOut, UnfitArguments)))
            next_attempt_at = clock.now() + task.delay_before(ctx.attempt + 1)
            logger.warning("task_failed", exc_info=error, next_attempt_at=next_attempt_at.isoformat())
            return Outcome(error=describe(error), next_attempt_at=next_attempt_at)
        logger.info("task_succeeded", seconds=round((clock.now() - started).total_seconds(), 3))
        return SUCCEEDED if ctx.has_succeeded else Outcome(is_success=True, result_json=_storable(result))

    async def _work(self, task: Task, ctx: TaskContext, held: HeldRun) -> Any:
        """Do the work until it ends, runs out of time or loses its lease."""
        keeping = line_keeper.set(held.notes.note_line)
        held.begin()
        try:
            return await task.function(ctx, **_typed_arguments(task, held.run))
        except asyncio.CancelledError:
            working = asyncio.current_task()
            assert working is not None
            if held.is_lost:
                working.uncancel()
                raise LeaseLost(held.lease.run_id, held.lease.attempt) from None
            if held.is_overdue:
                working.uncancel()
                raise TaskTimedOut(f"the attempt took longer than {held.run.timeout_seconds} seconds") from None
            if not working.cancelling():
                raise RuntimeError("the task cancelled itself") from None
            raise
        finally:
            held.end()
            line_keeper.reset(keeping)


def hold(job: Job, held: HeldRun) -> None:
    """Let the job carry what was taken for it, from the queue to the runner and back."""
    job.meta[_HELD_KEY] = held


def held_by(job: Job) -> HeldRun:
    held = job.meta.get(_HELD_KEY)
    if not isinstance(held, HeldRun):
        raise TypeError(f"job {job.key} was not taken from this queue")
    return held


def team_of(job: Job) -> UUID | None:
    team_id = job.meta.get("team_id")
    return UUID(team_id) if team_id else None


def describe(error: BaseException) -> str:
    """The traceback's end, as PostgreSQL can store it."""
    text = "".join(traceback.format_exception(error)).replace("\x00", "")[-_MAX_ERROR_CHARACTERS:]
    return text.encode(errors="replace").decode()


def _names(run: ClaimedRun) -> dict[str, Any]:
    names: dict[str, Any] = {"task": run.task, "run_id": str(run.lease.run_id), "attempt": run.lease.attempt}
    if run.lease.team_id is not None:
        names["team_id"] = str(run.lease.team_id)
    return names


def _told(run: ClaimedRun, queue: str) -> Attributes:
    """What the attempt's span says of it, in OpenTelemetry's words where there are any."""
    return {
        "messaging.system": "saq",
        "messaging.operation.type": "process",
        "messaging.destination.name": queue,
        "messaging.message.id": str(run.lease.run_id),
        "quittance.task": run.task,
        "quittance.attempt": run.lease.attempt,
        "quittance.wait_seconds": run.wait_seconds,
    }


def _typed_arguments(task: Task, run: ClaimedRun) -> dict[str, Any]:
    try:
        return task.from_stored(run.arguments)
    except msgspec.ValidationError as error:
        raise UnfitArguments(f"the stored arguments no longer fit {task.name!r}: {error}") from error


def _storable(result: object) -> str | None:
    """A result that cannot be stored must not undo the work: it is left out."""
    if result is None:
        return None
    try:
        encoded = encode_json(result)
    except (TypeError, ValueError, UnicodeEncodeError) as error:
        logger.warning("result_not_stored", error=str(error))
        return None
    if r"\u0000" in encoded:
        logger.warning("result_not_stored", error="contains NUL characters")
        return None
    return encoded
