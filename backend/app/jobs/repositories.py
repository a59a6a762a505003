"""Every question about runs. A page is read from one index and a bounded number of rows, however long the ledger is."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import tenancy
from app.jobs.listing import LISTED, conditions, indexed_conditions
from app.jobs.schemas import JobFilters
from app.models import JobAction, JobLogLine, JobRun, Team, User

# How many rows a page may look through for those that match what no index answers.
ROWS_LOOKED_THROUGH = 20_000
_REPLAYS_SHOWN = 50
_ACTIONS_SHOWN = 200


class RunRepository:
    """The runs that `is_visible` selects: of one team, or of all and of the system."""

    def __init__(self, session: AsyncSession, team_id: UUID | None, *, is_of_all: bool = False) -> None:
        self._session = session
        self._team_id = team_id
        self._is_of_all = is_of_all

    @classmethod
    def of_team(cls, session: AsyncSession, team_id: UUID) -> "RunRepository":
        return cls(session, team_id)

    @classmethod
    def of_all(cls, session: AsyncSession) -> "RunRepository":
        """For a transaction that is platform-wide; any other would see its own runs only."""
        return cls(session, None, is_of_all=True)

    def belongs(self, model: Any) -> ColumnElement[bool]:
        if self._is_of_all or self._team_id is None:
            return true()
        return tenancy.belongs_to_team(model, self._team_id)

    async def get(self, run_id: UUID) -> JobRun | None:
        return await self._session.scalar(select(JobRun).where(self.belongs(JobRun), JobRun.id == run_id))

    async def list_matching(
        self, filters: JobFilters, *, before_id: UUID | None, limit: int
    ) -> tuple[Sequence[Any], UUID | None]:
        """Return the newest that match; and, where too few did, the id down to which was looked, unless that was the end."""
        looked_at = [self.belongs(JobRun), *indexed_conditions(filters, is_of_one_team=not self._is_of_all)]
        if before_id is not None:
            looked_at.append(JobRun.id < before_id)
        newest = select(*LISTED, JobRun.error, JobRun.arguments).where(*looked_at).order_by(JobRun.id.desc())
        runs: Any = newest.limit(ROWS_LOOKED_THROUGH).subquery().c
        # Of an error that may be long only both its ends, where its sentence stands.
        ends = (func.left(runs.error, 400).label("error_start"), func.right(runs.error, 1000).label("error_end"))
        columns: list[Any] = [runs[column.key] for column in LISTED]
        statement = select(*columns, *ends).where(*conditions(runs, filters))
        rows = (await self._session.execute(statement.order_by(runs.id.desc()).limit(limit))).all()
        if len(rows) >= limit:
            return rows, None
        last = select(JobRun.id).where(*looked_at).order_by(JobRun.id.desc()).offset(ROWS_LOOKED_THROUGH - 1).limit(1)
        return rows, await self._session.scalar(last)

    async def reference(self, run_id: UUID) -> Any | None:
        statement = select(JobRun.id, JobRun.state, JobRun.queued_at).where(self.belongs(JobRun), JobRun.id == run_id)
        return (await self._session.execute(statement)).one_or_none()

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
