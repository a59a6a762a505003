"""Every question about runs. A page is read from one index and a bounded number of rows, however long the ledger is."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Interval, delete, func, literal, select, text, true, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Principal
from app.db import tenancy
from app.jobs.listing import LISTED, conditions, indexed_conditions, is_worked_on
from app.jobs.schemas import JobFilters
from app.lib import clock
from app.lib.ids import new_id
from app.models import (
    JobAction,
    JobLogLine,
    JobPause,
    JobRun,
    JobSchedule,
    JobState,
    JobStatistic,
    JobWorker,
    Team,
    User,
)

# How many rows a page may look through for those that match what no index answers.
ROWS_LOOKED_THROUGH = 20_000
COUNTED_UP_TO = 10_000
_SET_SORTING = text("SELECT set_config('enable_sort', :value, true)")
_REPLAYS_SHOWN = 50
_ACTIONS_SHOWN = 200


class RunRepository:
    """The runs of one team, or without one those of all teams and of the system."""

    def __init__(self, session: AsyncSession, team_id: UUID | None) -> None:
        self._session = session
        self._team_id = team_id

    @classmethod
    def of_team(cls, session: AsyncSession, team_id: UUID) -> "RunRepository":
        return cls(session, team_id)

    @classmethod
    def of_all(cls, session: AsyncSession) -> "RunRepository":
        """For a transaction that is platform-wide; any other would see its own runs only."""
        return cls(session, None)

    def belongs(self, model: Any) -> ColumnElement[bool]:
        return true() if self._team_id is None else tenancy.belongs_to_team(model, self._team_id)

    async def get(self, run_id: UUID) -> JobRun | None:
        # Read anew: what people do to runs goes past the session's own objects.
        statement = select(JobRun).where(self.belongs(JobRun), JobRun.id == run_id)
        return await self._session.scalar(statement, execution_options={"populate_existing": True})

    async def list_locked(self, run_ids: Sequence[UUID]) -> Sequence[JobRun]:
        """Hold the runs until the transaction ends: whoever does the same at this moment waits, and then sees what was done."""
        statement = select(JobRun).where(self.belongs(JobRun), JobRun.id.in_(run_ids)).order_by(JobRun.id)
        locked = statement.with_for_update()
        return (await self._session.scalars(locked, execution_options={"populate_existing": True})).all()

    async def list_by_id(self, run_ids: Sequence[UUID], filters: JobFilters | None = None) -> Sequence[Any]:
        statement = select(JobRun.id, JobRun.team_id, JobRun.task).where(self.belongs(JobRun), JobRun.id.in_(run_ids))
        if filters is not None:
            states = frozenset(filters.states)
            indexed = indexed_conditions(filters, states, is_of_one_team=self._team_id is not None)
            statement = statement.where(*indexed, *conditions(JobRun, filters, states))
        return (await self._session.execute(statement)).all()

    async def ids_with_live_replay(self, run_ids: Sequence[UUID]) -> set[UUID | None]:
        statement = select(JobRun.replay_of_id).where(
            self.belongs(JobRun), JobRun.replay_of_id.in_(run_ids), JobRun.finished_at.is_(None)
        )
        return set((await self._session.scalars(statement)).all())

    async def list_matching(
        self, filters: JobFilters, *, states: frozenset[JobState], before_id: UUID | None, limit: int
    ) -> tuple[Sequence[Any], UUID | None]:
        """Return the newest that match; and, where too few did, the id down to which was looked, unless that was the end."""
        is_of_one_team = self._team_id is not None
        looked_at = [self.belongs(JobRun), *indexed_conditions(filters, states, is_of_one_team=is_of_one_team)]
        if before_id is not None:
            looked_at.append(JobRun.id < before_id)
        # Without a team, too, the index of teams is read in its order only when both of its columns are named.
        is_of_system = getattr(filters, "is_of_system", False)
        order = (JobRun.team_id.desc(), JobRun.id.desc()) if is_of_system else (JobRun.id.desc(),)
        newest = select(*LISTED, JobRun.error, JobRun.arguments).where(*looked_at).order_by(*order)
        # The errors of dead runs are long: what is looked through must not take longer for it.
        is_long = filters.search is not None and states == frozenset({JobState.DEAD})
        most = ROWS_LOOKED_THROUGH // 5 if is_long else ROWS_LOOKED_THROUGH
        runs: Any = newest.limit(most).subquery().c
        # Of an error that may be long only both its ends, where its sentence stands.
        ends = (func.left(runs.error, 400).label("error_start"), func.right(runs.error, 1000).label("error_end"))
        columns: list[Any] = [runs[column.key] for column in LISTED]
        statement = select(*columns, *ends).where(*conditions(runs, filters, states))
        last = select(JobRun.id).where(*looked_at).order_by(*order).offset(most - 1).limit(1)
        async with self._walking_down_ids(states):
            rows = (await self._session.execute(statement.order_by(runs.id.desc()).limit(limit))).all()
            return rows, None if len(rows) >= limit else await self._session.scalar(last)

    @asynccontextmanager
    async def _walking_down_ids(self, states: frozenset[JobState]) -> AsyncGenerator[None]:
        """Read an index in its order, where there is one of all teams.

        The planner takes the policies for all teams to hide most rows, and would rather read the whole ledger and sort what is left.
        """
        has_index = self._team_id is None and states != frozenset({JobState.RUNNING})
        if has_index:
            await self._session.execute(_SET_SORTING, {"value": "off"})
        yield
        if has_index:
            await self._session.execute(_SET_SORTING, {"value": "on"})

    async def list_running(self) -> Sequence[Any]:
        statement = select(*LISTED).where(self.belongs(JobRun), is_worked_on(), JobRun.state == JobState.RUNNING)
        return (await self._session.execute(statement.order_by(JobRun.id))).all()

    async def references(self, run_ids: Sequence[UUID]) -> Sequence[Any]:
        if not run_ids:
            return []
        columns = (JobRun.id, JobRun.state, JobRun.queued_at)
        statement = select(*columns).where(self.belongs(JobRun), JobRun.id.in_(run_ids))
        return (await self._session.execute(statement)).all()

    async def replays_of(self, run_id: UUID) -> Sequence[Any]:
        statement = (
            select(JobRun.id, JobRun.state, JobRun.queued_at)
            .where(self.belongs(JobRun), JobRun.replay_of_id == run_id)
            .order_by(JobRun.id)
            .limit(_REPLAYS_SHOWN)
        )
        return (await self._session.execute(statement)).all()

    async def actions_on(self, run_id: UUID) -> Sequence[JobAction]:
        statement = (
            select(JobAction)
            .where(self.belongs(JobAction), JobAction.run_id == run_id)
            .order_by(JobAction.id)
            .limit(_ACTIONS_SHOWN)
        )
        return (await self._session.scalars(statement)).all()

    async def log_lines(self, run_id: UUID, *, after: tuple[int, int], limit: int) -> Sequence[JobLogLine]:
        place = tuple_(JobLogLine.attempt, JobLogLine.number)
        statement = (
            select(JobLogLine)
            .where(self.belongs(JobLogLine), JobLogLine.run_id == run_id, place > tuple_(*map(literal, after)))
            .order_by(JobLogLine.attempt, JobLogLine.number)
            .limit(limit)
        )
        return (await self._session.scalars(statement)).all()


class FigureRepository:
    """Counts that stop somewhere, and sums of what the workers counted, of a team or of all."""

    def __init__(self, session: AsyncSession, team_id: UUID | None) -> None:
        self._session = session
        self._team_id = team_id

    def _belongs(self, model: Any) -> ColumnElement[bool]:
        return true() if self._team_id is None else tenancy.belongs_to_team(model, self._team_id)

    async def waiting(self, *, now: datetime) -> tuple[int, datetime | None]:
        """Return how many wait, and since when the one that has been due for longest does, among the oldest that live."""
        due_at = func.greatest(JobRun.scheduled_at, JobRun.queued_at).label("due_at")
        live = select(JobRun.state, due_at).where(self._belongs(JobRun), JobRun.finished_at.is_(None))
        oldest = live.order_by(JobRun.id).limit(COUNTED_UP_TO).subquery().c
        is_waiting = oldest.state == JobState.QUEUED
        statement = select(
            func.count().filter(is_waiting),
            func.min(oldest.due_at).filter(is_waiting, oldest.due_at <= now),
        )
        count, since = (await self._session.execute(statement)).one()
        return count, since

    async def running_count(self) -> int:
        statement = select(func.count()).where(self._belongs(JobRun), is_worked_on(), JobRun.state == JobState.RUNNING)
        return await self._session.scalar(statement) or 0

    async def dead_count(self) -> int:
        dead = select(JobRun.id).where(self._belongs(JobRun), JobRun.is_dead).limit(COUNTED_UP_TO).subquery()
        return await self._session.scalar(select(func.count()).select_from(dead)) or 0

    async def ended_since(self, moment: datetime, *, bucket: timedelta) -> Sequence[Any]:
        """Return the sums of each bucket (`at`) and those of each task over all of them (`task`)."""
        counted = JobStatistic
        epoch = literal(datetime(1970, 1, 1, tzinfo=UTC), counted.minute.type)
        at = func.date_bin(literal(bucket, Interval()), counted.minute, epoch, type_=counted.minute.type)
        summed = ("succeeded", "failed", "dead", "wait_seconds_sum", "run_seconds_sum")
        figures = [getattr(counted, name) for name in (*summed, "wait_seconds_max", "run_seconds_max")]
        inner = select(at.label("at"), counted.task, *figures).where(self._belongs(counted), counted.minute >= moment)
        row: Any = inner.subquery().c
        statement = select(
            row.at,
            row.task,
            *(func.sum(row[name]).label(name) for name in summed),
            *(func.max(row[name]).label(name) for name in ("wait_seconds_max", "run_seconds_max")),
        ).group_by(func.grouping_sets(row.at, row.task))
        return (await self._session.execute(statement)).all()


class ControlRepository:
    """Pauses, schedules and workers: the installation's, for all teams."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def pauses(self) -> Sequence[JobPause]:
        return (await self._session.scalars(select(JobPause).order_by(JobPause.queue, JobPause.task))).all()

    async def pause(self, queue: str, task: str, *, by_id: UUID) -> bool:
        """Return whether that is new."""
        statement = (
            insert(JobPause)
            .values(queue=queue, task=task, paused_at=clock.now(), paused_by_id=by_id)
            .on_conflict_do_nothing()
            .returning(JobPause.queue)
        )
        return await self._session.scalar(statement) is not None

    async def resume(self, queue: str, task: str) -> bool:
        statement = delete(JobPause).where(JobPause.queue == queue, JobPause.task == task).returning(JobPause.queue)
        return await self._session.scalar(statement) is not None

    async def schedules(self) -> Sequence[JobSchedule]:
        statement = select(JobSchedule).where(JobSchedule.retired_at.is_(None)).order_by(JobSchedule.name)
        return (await self._session.scalars(statement)).all()

    async def schedule(self, name: str) -> JobSchedule | None:
        statement = select(JobSchedule).where(JobSchedule.name == name, JobSchedule.retired_at.is_(None))
        # Held, so that no worker ticks by what is being changed.
        return await self._session.scalar(statement.with_for_update())

    async def workers(self, *, heard_after: datetime) -> Sequence[JobWorker]:
        statement = select(JobWorker).where(JobWorker.heartbeat_at > heard_after)
        return (await self._session.scalars(statement.order_by(JobWorker.started_at, JobWorker.id))).all()


class NameRepository:
    """What people and teams are called; neither table belongs to a team."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_people(self, user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
        return await self._names(User, user_ids)

    async def of_teams(self, team_ids: Iterable[UUID | None]) -> dict[UUID, str]:
        return await self._names(Team, team_ids)

    async def _names(self, model: Any, ids: Iterable[UUID | None]) -> dict[UUID, str]:
        wanted = {each for each in ids if each is not None}
        if not wanted:
            return {}
        rows = await self._session.execute(select(model.id, model.name).where(model.id.in_(wanted)))
        return {row.id: row.name for row in rows}


class ActionRepository:
    """What people did to jobs, schedules and queues."""

    def __init__(self, session: AsyncSession, principal: Principal) -> None:
        self._session = session
        self._principal = principal

    def note(
        self,
        action: str,
        *,
        team_id: UUID | None = None,
        run_id: UUID | None = None,
        subject: str | None = None,
        **detail: Any,
    ) -> None:
        """Write it down in the transaction that does it; a trigger writes the audit log from here."""
        if self._principal.impersonator_id is not None:
            detail["impersonator_id"] = self._principal.impersonator_id
        said = {name: str(value) if isinstance(value, UUID) else value for name, value in detail.items()}
        self._session.add(
            JobAction(
                id=new_id(),
                team_id=team_id,
                run_id=run_id,
                action=action,
                subject=subject,
                detail=said,
                by_id=self._principal.user_id,
                at=clock.now(),
            )
        )
