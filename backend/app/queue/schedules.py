"""What a clock starts: declared in code, kept in `job_schedules`, changed there by administrators, started by one of the workers.

- A worker declares its schedules as it starts. A row follows the code again only when the code's own declaration has changed: until then
  what an administrator wrote there holds.
- A release retires the schedules of tasks that it knows and no longer declares. Of a task that it does not know, a newer release may have
  declared one: such a schedule is left alone, and retired when no worker took up its ticks for a week.
- A tick is started by one worker: the row is locked, and the run's id is made from name and tick.
- A tick that no worker came to within half a minute is missed: `catch_up` says what becomes of it. While a schedule is disabled, it
  misses nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.lib import clock
from app.lib.ids import named_id_at
from app.lib.tracing import continued_span
from app.models import CatchUp, JobSchedule
from app.queue.cron import Cron
from app.queue.enqueue import DEFAULT_QUEUE, JobOptions, record_run
from app.queue.errors import InvalidArguments, InvalidSchedule, UnknownSchedule
from app.queue.registry import MOST_CAUGHT_UP, registry

logger = structlog.stdlib.get_logger(__name__)

MISSED_AFTER = timedelta(seconds=30)
_ABANDONED_AFTER = timedelta(days=7)


class Declaration(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the code says of a schedule, and what of a row follows it."""

    cron: str
    time_zone: str = "UTC"
    catch_up: CatchUp = CatchUp.ONCE
    most_caught_up: int = 10
    # Of this schedule's runs only; else the task's own.
    retries: int | None = None
    timeout: int | None = None
    heartbeat: int | None = None

    def as_text(self) -> str:
        return msgspec.json.encode(self).decode()

    def options(self, *, run_id: UUID | None = None, scheduled_at: datetime | None = None) -> JobOptions:
        return JobOptions(
            run_id=run_id,
            scheduled_at=scheduled_at,
            retries=self.retries,
            timeout=self.timeout,
            heartbeat=self.heartbeat,
        )


class DeclaredSchedule(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    task: str
    arguments: dict[str, Any] = {}
    declaration: Declaration


async def declare(session: AsyncSession, declared: Sequence[DeclaredSchedule], *, queue: str = DEFAULT_QUEUE) -> None:
    """Bring the table to what this release declares."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("quittance.schedules"))))
    statement = select(JobSchedule).where(JobSchedule.queue == queue).order_by(JobSchedule.name).with_for_update()
    known = {schedule.name: schedule for schedule in await session.scalars(statement)}
    now = clock.now()
    for each in declared:
        schedule = known.pop(each.name, None)
        if schedule is None:
            schedule = JobSchedule(name=each.name, queue=queue, is_enabled=True, declaration="")
            session.add(schedule)
        _take_over(schedule, each, now)
    for schedule in known.values():
        is_judged = schedule.task in registry or schedule.next_run_at < now - _ABANDONED_AFTER
        if is_judged and schedule.retired_at is None:
            schedule.retired_at = now
            logger.info("schedule_retired", schedule=schedule.name)


async def tick(session: AsyncSession, *, now: datetime, queue: str = DEFAULT_QUEUE) -> list[UUID]:
    """Start what is due and no other worker is starting right now; return the runs."""
    statement = (
        select(JobSchedule)
        .where(
            JobSchedule.queue == queue,
            JobSchedule.is_enabled,
            JobSchedule.retired_at.is_(None),
            JobSchedule.next_run_at <= now,
            JobSchedule.task.in_([task.name for task in registry]),
        )
        .order_by(JobSchedule.name)
        .with_for_update(skip_locked=True)
    )
    started: list[UUID] = []
    for schedule in await session.scalars(statement):
        try:
            with continued_span(f"start {schedule.name}", None):  # a trace of its own begins here
                started += await _start(session, schedule, now)
        except (InvalidSchedule, InvalidArguments):
            # Written by hand, or no longer fit for its task: it must not hold up the others.
            logger.exception("schedule_disabled", schedule=schedule.name)
            schedule.is_enabled = False
    return started


async def run_now(session: AsyncSession, name: str) -> UUID:
    """Start a schedule's task once, beside its ticks, whether or not it is enabled; in a transaction of the system."""
    schedule = await _locked(session, name)
    run_id, _ = await record_run(
        session,
        registry.get(schedule.task),
        schedule.arguments,
        team_id=None,
        options=_declaration_of(schedule).options(),
        queue=schedule.queue,
    )
    schedule.last_run_id = run_id
    return run_id


async def set_enabled(session: AsyncSession, name: str, *, is_enabled: bool) -> JobSchedule:
    """Switch a schedule off, or on again: its next tick is the first one from now on."""
    schedule = await _locked(session, name)
    if schedule.is_enabled != is_enabled:
        now = clock.now()
        schedule.is_enabled, schedule.edited_at = is_enabled, now
        schedule.next_run_at = Cron(schedule.cron, schedule.time_zone).next_after(now)
    return schedule


async def edit(
    session: AsyncSession,
    name: str,
    *,
    cron: str | None = None,
    time_zone: str | None = None,
    catch_up: CatchUp | None = None,
    most_caught_up: int | None = None,
) -> JobSchedule:
    """Change a schedule, at once, until the code declares it anew; `InvalidSchedule` says which field is wrong."""
    schedule = await _locked(session, name)
    ticks = Cron(cron or schedule.cron, time_zone or schedule.time_zone)
    if most_caught_up is not None and not 1 <= most_caught_up <= MOST_CAUGHT_UP:
        raise InvalidSchedule("most_caught_up", f"between 1 and {MOST_CAUGHT_UP} runs can be caught up on")
    now = clock.now()
    if (cron or schedule.cron, time_zone or schedule.time_zone) != (schedule.cron, schedule.time_zone):
        schedule.next_run_at = ticks.next_after(now)
    schedule.cron = cron or schedule.cron
    schedule.time_zone = time_zone or schedule.time_zone
    schedule.catch_up = catch_up or schedule.catch_up
    schedule.most_caught_up = most_caught_up or schedule.most_caught_up
    schedule.edited_at = now
    return schedule


def due_ticks(schedule: JobSchedule, now: datetime) -> list[datetime]:
    """The ticks to start now: those on time, each; of those that were missed as many as `catch_up` says.

    With `once`, a tick that is on time stands for those missed before it.
    """
    ticks = Cron(schedule.cron, schedule.time_zone)
    on_time = ticks.between(max(schedule.next_run_at, now - MISSED_AFTER), now)
    most = {CatchUp.SKIP: 0, CatchUp.ONCE: 0 if on_time else 1, CatchUp.ALL: schedule.most_caught_up}[schedule.catch_up]
    last_missed = now - MISSED_AFTER - timedelta(microseconds=1)
    if not most or schedule.next_run_at > last_missed:
        return on_time
    return ticks.latest(schedule.next_run_at, last_missed, most=most) + on_time


def _take_over(schedule: JobSchedule, declared: DeclaredSchedule, now: datetime) -> None:
    if schedule.retired_at is None and schedule.declaration == declared.declaration.as_text():
        return
    logger.info("schedule_declared", schedule=declared.name, cron=declared.declaration.cron)
    schedule.task, schedule.arguments = declared.task, declared.arguments
    schedule.cron, schedule.time_zone = declared.declaration.cron, declared.declaration.time_zone
    schedule.catch_up = declared.declaration.catch_up
    schedule.most_caught_up = declared.declaration.most_caught_up
    schedule.declaration = declared.declaration.as_text()
    schedule.next_run_at = Cron(schedule.cron, schedule.time_zone).next_after(now)
    schedule.edited_at = schedule.retired_at = None


async def _start(session: AsyncSession, schedule: JobSchedule, now: datetime) -> list[UUID]:
    ticks = due_ticks(schedule, now)
    task, declaration = registry.get(schedule.task), _declaration_of(schedule)
    started: list[UUID] = []
    for moment in ticks:
        run_id = named_id_at(moment, schedule.name)
        options = declaration.options(run_id=run_id, scheduled_at=moment)
        _, is_new = await record_run(
            session, task, schedule.arguments, team_id=None, options=options, queue=schedule.queue
        )
        if is_new:
            started.append(run_id)
        schedule.last_tick_at, schedule.last_run_id = moment, run_id
    schedule.next_run_at = Cron(schedule.cron, schedule.time_zone).next_after(now)
    return started


async def _locked(session: AsyncSession, name: str) -> JobSchedule:
    statement = select(JobSchedule).where(JobSchedule.name == name, JobSchedule.retired_at.is_(None)).with_for_update()
    # Whoever asks may hold it as it was before.
    schedule = await session.scalar(statement.execution_options(populate_existing=True))
    if schedule is None:
        raise UnknownSchedule(f"no schedule is named {name!r}")
    return schedule


def _declaration_of(schedule: JobSchedule) -> Declaration:
    try:
        return msgspec.json.decode(schedule.declaration, type=Declaration)
    except msgspec.DecodeError:  # of a release that writes it otherwise: its own settings are not known here
        return Declaration(cron=schedule.cron)
