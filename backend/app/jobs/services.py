"""Looking at jobs: of a team, or of all teams and of the system."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.jobs.errors import JobNotFound
from app.jobs.listing import in_utc
from app.jobs.presenting import (
    Names,
    people_in,
    present_failures,
    present_job,
    present_log_line,
    present_reference,
    present_timeline,
)
from app.jobs.repositories import NameRepository, RunRepository
from app.jobs.schemas import Job, JobDetail, JobLogPage, JobPage, JobQuery
from app.lib import clock
from app.lib.ids import moment_of
from app.lib.masking import masked, masked_text
from app.lib.pagination import decode_cursor, encode_cursor
from app.lib.problems import InvalidInput
from app.models import JobRun, JobState

_LIVE = frozenset({JobState.QUEUED, JobState.RUNNING})


class JobService:
    def __init__(self, runs: RunRepository, names: NameRepository, *, shows_teams: bool) -> None:
        self._runs = runs
        self._names = names
        self._shows_teams = shows_teams

    async def list_page(self, query: JobQuery) -> JobPage:
        filters = in_utc(query.filters)
        wanted = None if filters.search is None else _as_id(filters.search)
        if wanted is not None:
            run = await self._runs.get(wanted)
            return JobPage(items=await self.present([run] if run else []), next_cursor=None, searched_until=None)
        before_id = decode_cursor(query.cursor).id if query.cursor else None
        rows, looked_until = await self._runs.list_matching(
            filters, states=frozenset(filters.states), before_id=before_id, limit=query.limit + 1
        )
        page = rows[: query.limit]
        last_id = page[-1].id if len(rows) > query.limit else looked_until
        return JobPage(
            items=await self.present(page),
            next_cursor=None if last_id is None else encode_cursor("", last_id),
            searched_until=None if looked_until is None else moment_of(looked_until),
        )

    async def get(self, run_id: UUID) -> JobDetail:
        run = await self.find(run_id)
        actions = await self._runs.actions_on(run_id)
        names = await self._names_of([run], people_in(run, actions))
        replays = await self._runs.replays_of(run_id)
        replayed = await self._runs.references([run.replay_of_id] if run.replay_of_id else [])
        failures = present_failures(run)
        return JobDetail(
            job=present_job(run, names, now=clock.now()),
            arguments=masked(run.arguments),
            result=masked(run.result),
            error=None if run.error is None else masked_text(run.error),
            failures=failures,
            timeline=present_timeline(run, failures, actions, names),
            trace_id=run.trace_id,
            replay_of=present_reference(replayed[0]) if replayed else None,
            replays=[present_reference(row) for row in replays],
            can_cancel=run.state in _LIVE,
            can_start_now=run.state is JobState.QUEUED and run.scheduled_at > clock.now(),
            can_replay=run.state not in _LIVE,
        )

    async def list_log_lines(self, run_id: UUID, *, after: str | None, limit: int) -> JobLogPage:
        await self.find(run_id)
        lines = await self._runs.log_lines(run_id, after=_place(after), limit=limit + 1)
        page = lines[:limit]
        next_after = f"{page[-1].attempt}.{page[-1].number}" if page else after
        return JobLogPage(
            items=[present_log_line(line) for line in page], next_after=next_after, has_more=len(lines) > limit
        )

    async def find(self, run_id: UUID) -> JobRun:
        run = await self._runs.get(run_id)
        if run is None:
            raise JobNotFound
        return run

    async def present(self, runs: Sequence[Any]) -> list[Job]:
        names = await self._names_of(
            runs, {run.requested_by_id for run in runs} | {run.impersonator_id for run in runs}
        )
        now = clock.now()
        return [present_job(run, names, now=now) for run in runs]

    async def _names_of(self, runs: Sequence[Any], people: set[UUID | None]) -> Names:
        teams = await self._names.of_teams(run.team_id for run in runs) if self._shows_teams else {}
        return Names(await self._names.of_people(people), teams)


def _as_id(search: str) -> UUID | None:
    try:
        return UUID(search.strip())
    except ValueError:
        return None


def _place(after: str | None) -> tuple[int, int]:
    if after is None:
        return (-1, -1)
    attempt, separator, number = after.partition(".")
    parts = (attempt, number)
    if not separator or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise InvalidInput("after", "This is not a place in this log.")
    return int(attempt), int(number)
