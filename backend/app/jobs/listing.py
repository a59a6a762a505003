"""What a list of runs is filtered by: what an index answers, and what each of the rows found there is asked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    table,
)

from app.jobs.schemas import AdminJobFilters, JobFilters
from app.lib.ids import least_id_at
from app.lib.masking import BODY_NAMES, SECRET_IN_TEXT, SECRET_NAME
from app.lib.problems import InvalidInput
from app.models import JobRun, JobState

LISTED: tuple[Any, ...] = (
    JobRun.id,
    JobRun.team_id,
    JobRun.task,
    JobRun.queue,
    JobRun.state,
    JobRun.attempt,
    JobRun.max_attempts,
    JobRun.priority,
    JobRun.queued_at,
    JobRun.scheduled_at,
    JobRun.started_at,
    JobRun.finished_at,
    JobRun.progress,
    JobRun.progress_done,
    JobRun.progress_total,
    JobRun.progress_message,
    JobRun.worker,
    JobRun.requested_by_id,
    JobRun.impersonator_id,
)
_saq_jobs = table("saq_jobs", column("key", String), column("status", String))
_LIVE = frozenset({JobState.QUEUED, JobState.RUNNING})
# An id is made a moment before its row's `queued_at`, and a transaction may take its time.
_ID_SKEW = timedelta(minutes=10)
_FIRST_YEAR, _LAST_YEAR = 1971, 9998


def in_utc[Filters: JobFilters](filters: Filters, path: str = "") -> Filters:
    """Return the filters with their period in UTC; raise `InvalidInput` for moments that no job was queued at."""
    return msgspec.structs.replace(
        filters,
        queued_since=_moment(filters.queued_since, f"{path}queued_since"),
        queued_until=_moment(filters.queued_until, f"{path}queued_until"),
    )


def _moment(moment: datetime | None, path: str) -> datetime | None:
    if moment is None:
        return None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise InvalidInput(path, "This is too far from now.")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def indexed_conditions(
    filters: JobFilters, states: frozenset[JobState], *, is_of_one_team: bool
) -> list[ColumnElement[bool]]:
    """The part of the filters that one index answers, in the order of ids."""
    found: list[ColumnElement[bool]] = []
    if isinstance(filters, AdminJobFilters):
        if filters.is_of_system:
            found.append(JobRun.team_id.is_(None))
        if filters.team_id is not None:
            found.append(JobRun.team_id == filters.team_id)
        is_of_one_team = bool(found)
    if filters.queued_since is not None:
        found.append(JobRun.id >= least_id_at(filters.queued_since - _ID_SKEW))
    if filters.queued_until is not None:
        found.append(JobRun.id < least_id_at(filters.queued_until + _ID_SKEW))
    if states == frozenset({JobState.DEAD}):
        found.append(and_(JobRun.is_dead, JobRun.finished_at.is_not(None)))
    elif states == frozenset({JobState.RUNNING}):
        found.append(is_worked_on())
    elif states and states <= _LIVE:
        found.append(JobRun.finished_at.is_(None))
    elif filters.task is not None and is_of_one_team:
        found.append(JobRun.task == filters.task)
    return found


def is_worked_on() -> ColumnElement[bool]:
    """Whether a worker has the run now: no index of the ledger could say so and leave beginnings cheap, SAQ's table can."""
    is_id = _saq_jobs.c.key.regexp_match("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
    keys = select(case((is_id, cast(_saq_jobs.c.key, Uuid))))
    active = keys.where(_saq_jobs.c.status == literal("active")).scalar_subquery()
    return and_(JobRun.finished_at.is_(None), JobRun.id == func.any(func.array(active)))


def conditions(runs: Any, filters: JobFilters, states: frozenset[JobState]) -> list[ColumnElement[bool]]:
    """All of the filters, asked of each row."""
    found: list[ColumnElement[bool]] = []
    if states:
        found.append(runs.state.in_(sorted(states)))
    equal = ((runs.task, filters.task), (runs.queue, filters.queue), (runs.worker, filters.worker))
    found += [expression == value for expression, value in equal if value is not None]
    if filters.queued_since is not None:
        found.append(runs.queued_at >= filters.queued_since)
    if filters.queued_until is not None:
        found.append(runs.queued_at < filters.queued_until)
    if filters.search is not None:
        found.append(_mentions(runs, filters.search))
    return found


def _mentions(runs: Any, search: str) -> ColumnElement[bool]:
    """Whether the error or a part of the arguments says it. What is masked is not searched: it could be guessed bit by bit."""
    pattern = f"%{_escaped(search)}%"
    entry = func.jsonb_each(runs.arguments).table_valued("key", "value")
    value = cast(entry.c.value, String)
    is_open = and_(
        func.lower(entry.c.key).not_in(BODY_NAMES),
        ~entry.c.key.regexp_match(SECRET_NAME, "i"),
        # Quotes to underscores: so a name further down is told from a part of a word there, too.
        ~func.translate(value, '"', "_").regexp_match(SECRET_NAME, "i"),
        ~value.regexp_match(SECRET_IN_TEXT, "i"),
        ~value.regexp_match(f'"({"|".join(BODY_NAMES)}|[a-z_]*codes?)":', "i"),
    )
    said = entry.c.key + literal(": ") + value
    in_arguments = and_(
        cast(runs.arguments, String).ilike(pattern, escape="\\"),
        select(literal(1)).select_from(entry).where(is_open, said.ilike(pattern, escape="\\")).exists(),
    )
    return or_(runs.error.ilike(pattern, escape="\\"), in_arguments)


def _escaped(search: str) -> str:
    """% and _ in a search are ordinary characters."""
    return search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
