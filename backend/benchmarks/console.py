"""Pages of the jobs console over a ledger of a million runs: each kind of page, its slowest of several times, and how it is planned."""

import os
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.jobs.figures import FigureService
from app.jobs.repositories import ControlRepository, FigureRepository, NameRepository, RunRepository
from app.jobs.schemas import AdminJobFilters, JobFilters, JobQuery
from app.jobs.services import JobService
from app.lib import clock
from app.lib.ids import new_id
from app.models import JobState, User
from app.teams.services import create_team
from benchmarks.stack import fresh_stack

GOAL_MILLISECONDS = 200
RUNS = int(os.environ.get("BENCH_RUNS", "1000000"))
WAITING = int(os.environ.get("BENCH_WAITING", "50000"))
TIMES = 5
FIGURES = ("summary", "statistics of a week")
_BATCH = 100_000
_TRACEBACK = (
    "Traceback (most recent call last):\n"
    + '  File "app/invoices/tasks.py", line 40, in process_invoice\n    await send()\n' * 40
    + "OSError: the mail server closed the connection"
)
# Nine of ten are the one team's, one of a hundred is dead with a long traceback; the newest wait, and a few old ones wait for a retry.
_FILL = """
INSERT INTO job_runs (id, team_id, queue, task, arguments, state, attempt, max_attempts, progress, error, worker,
                      scheduled_at, queued_at, started_at, finished_at)
SELECT uuidv7(age), CASE WHEN n % 10 > 0 THEN CAST(:team AS uuid) WHEN n % 20 = 0 THEN NULL ELSE CAST(:other AS uuid) END,
       'default', 'task_' || n % 20,
       jsonb_build_object('invoice_id', gen_random_uuid(), 'note', 'some words about it', 'number', 'AN-' || n), state,
       CASE WHEN state = 'queued' THEN 0 ELSE 1 END, 5, CASE WHEN state = 'succeeded' THEN 1 ELSE 0 END,
       CASE WHEN state = 'dead' THEN :traceback END, 'worker', now() + age, now() + age,
       CASE WHEN state <> 'queued' THEN now() + age END, CASE WHEN state <> 'queued' THEN now() + age END
FROM (SELECT n, (n - :total) * interval '2.4 seconds' AS age,
             CASE WHEN n > :total - :waiting OR n % 50000 = 1 THEN 'queued' WHEN n % 100 = 7 THEN 'dead'
                  WHEN n % 500 = 3 THEN 'cancelled' ELSE 'succeeded' END AS state
        FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n) runs
"""
_LIVE = """
INSERT INTO saq_jobs (key, job, queue, status)
SELECT id::text, '', 'default', 'queued' FROM job_runs WHERE finished_at IS NULL
"""
_COUNTED = """
INSERT INTO job_statistics (team_id, minute, queue, task, succeeded, failed, dead, wait_seconds_sum, wait_seconds_max,
                            run_seconds_sum, run_seconds_max)
SELECT CAST(:team AS uuid), date_trunc('minute', now()) - n * interval '1 minute', 'default', 'task_' || task, 40, 2, 1, 9, 2, 80, 9
FROM generate_series(0, 7 * 24 * 60) n, generate_series(0, 19) task
"""
OF_PLATFORM: dict[str, dict[str, Any]] = {
    "of the system": {"is_of_system": True},
    "words that nothing of the system has": {"is_of_system": True, "search": "zebra"},
}
LISTS: dict[str, dict[str, Any]] = {
    "newest": {},
    "waiting": {"states": [JobState.QUEUED]},
    "running": {"states": [JobState.RUNNING]},
    "dead": {"states": [JobState.DEAD]},
    "cancelled": {"states": [JobState.CANCELLED]},
    "of a task": {"task": "task_7"},
    "of no task": {"task": "nothing_has_this_name"},
    "dead of a task without any": {"states": [JobState.DEAD], "task": "task_3"},
    "of another worker": {"worker": "elsewhere"},
    "an argument's words": {"search": "AN-999"},
    "words that nothing has": {"search": "zebra"},
    "words that dead ones' errors have not": {"search": "zebra", "states": [JobState.DEAD]},
    "an error's words": {"search": "mail server"},
}


async def fill(sessions: SessionFactory) -> UUID:
    async with transaction(sessions) as session:
        user = User(id=new_id(), name="Bench", email="bench@example.com", password_changed_at=clock.now())
        session.add(user)
        await session.flush()
        teams = [(await create_team(session, name, owner_id=user.id)).id for name in ("Big", "Small")]
    for first in range(1, RUNS + 1, _BATCH):
        async with queue_transaction(sessions) as session:
            values = {"team": teams[0], "other": teams[1], "traceback": _TRACEBACK, "total": RUNS, "waiting": WAITING}
            last = min(first + _BATCH - 1, RUNS)
            await session.execute(text(_FILL), {**values, "first": first, "last": last})
    async with queue_transaction(sessions) as session:
        await session.execute(text(_LIVE))
        await session.execute(text(_COUNTED), {"team": teams[0]})
    return teams[0]


@asynccontextmanager
async def queue_transaction(sessions: SessionFactory) -> AsyncGenerator[AsyncSession]:
    """As the queue's own connections: for the rows of all teams."""
    async with transaction(sessions) as session:
        await session.execute(text("SELECT set_config('app.queue', 'on', true)"))
        yield session


async def measure(sessions: SessionFactory, engine: AsyncEngine, team_id: UUID) -> list[tuple[str, float, bool]]:
    found: list[tuple[str, float, bool]] = []
    for reader in ("team", "platform"):
        for name, filters in (LISTS if reader == "team" else LISTS | OF_PLATFORM).items():
            found.append(await _measure_list(sessions, engine, team_id, reader, name, filters))
        found += [await _measure_figures(sessions, engine, team_id, reader, name) for name in FIGURES]
    return found


async def _measure_list(
    sessions: SessionFactory, engine: AsyncEngine, team_id: UUID, reader: str, name: str, filters: dict[str, Any]
) -> tuple[str, float, bool]:
    slowest, is_scanned, page = 0.0, False, None
    for turn in range(TIMES):
        async with transaction(sessions, _scope(reader, team_id)) as session:
            runs = RunRepository.of_team(session, team_id) if reader == "team" else RunRepository.of_all(session)
            jobs = JobService(runs, NameRepository(session), shows_teams=reader != "team")
            kind = JobFilters if reader == "team" else AdminJobFilters
            # The first turn warms the cache, the others walk on from page to page.
            cursor = page.next_cursor if page is not None and turn > 1 else None
            with sent_on(engine) as sent:
                started = time.perf_counter()
                page = await jobs.list_page(JobQuery(filters=kind(**filters), cursor=cursor, limit=50))
                elapsed = time.perf_counter() - started
            slowest = max(slowest, elapsed if turn else 0.0)
            is_scanned |= await _scans(session, sent)
    return f"{reader}: {name}", slowest * 1000, is_scanned


async def _measure_figures(
    sessions: SessionFactory, engine: AsyncEngine, team_id: UUID, reader: str, name: str
) -> tuple[str, float, bool]:
    slowest, is_scanned = 0.0, False
    for turn in range(TIMES):
        async with transaction(sessions, _scope(reader, team_id)) as session:
            repository = FigureRepository(session, team_id if reader == "team" else None)
            figures = FigureService(repository, ControlRepository(session), NameRepository(session))
            with sent_on(engine) as sent:
                started = time.perf_counter()
                await (figures.summary() if name == "summary" else figures.statistics("7d"))
                elapsed = time.perf_counter() - started
            slowest = max(slowest, elapsed if turn else 0.0)
            is_scanned |= await _scans(session, sent)
    return f"{reader}: {name}", slowest * 1000, is_scanned


def _scope(reader: str, team_id: UUID) -> TenantScope:
    return TenantScope(team_id=team_id) if reader == "team" else TenantScope(is_platform_wide=True)


@contextmanager
def sent_on(engine: AsyncEngine) -> Generator[list[tuple[str, Any]]]:
    """The statements on the ledger, and those that say how to plan them."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if "job_runs" in statement or "enable_sort" in statement:
            sent.append((statement, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


async def plans_of(session: AsyncSession, sent: list[tuple[str, Any]]) -> list[str]:
    """How each of them is carried out."""
    connection = await session.connection()
    plans: list[str] = []
    for statement, parameters in sent:
        if "enable_sort" in statement:
            await connection.exec_driver_sql(statement, parameters)
        else:
            rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
            plans.append("\n".join(rows.scalars()))
    return plans


async def _scans(session: AsyncSession, sent: list[tuple[str, Any]]) -> bool:
    return any("Seq Scan on job_runs" in plan for plan in await plans_of(session, sent))


def main() -> int:
    with fresh_stack() as stack:

        async def run(sessions: SessionFactory, _settings: Settings) -> list[tuple[str, float, bool]]:
            engine: AsyncEngine = sessions.kw["bind"]
            team_id = await fill(sessions)
            with psycopg.connect(stack.postgres.owner_url(), autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE) job_runs, job_statistics, saq_jobs")
            return await measure(sessions, engine, team_id)

        found = stack.prepare(run)
    for name, milliseconds, is_scanned in found:
        print(f"{milliseconds:8.1f} ms  {name}{'  (sequential scan)' if is_scanned else ''}")
    slowest = max(milliseconds for _, milliseconds, _ in found)
    scans = sum(is_scanned for _, _, is_scanned in found)
    print(f"runs={RUNS} waiting={WAITING} pages={len(found)} slowest_ms={slowest:.0f} sequential_scans={scans}")
    return 0 if slowest < GOAL_MILLISECONDS and not scans else 1


if __name__ == "__main__":
    sys.exit(main())
