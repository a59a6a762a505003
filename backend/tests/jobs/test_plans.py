"""No page is read by going through the ledger: each kind of list, the figures and the deeds, on thirty thousand runs."""

from collections.abc import AsyncGenerator, Callable
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.jobs.repositories import FigureRepository, NameRepository, RunRepository
from app.jobs.schemas import AdminJobFilters, JobFilters, JobQuery
from app.jobs.services import JobService
from app.lib import clock
from app.models import JobState
from app.queue.steering import SteeringRepository
from benchmarks.console import LISTS, OF_PLATFORM, plans_of, sent_on
from tests.support.people import Person

OF_TEAM = "ix_job_runs_team_id_id"
OF_TASK = "ix_job_runs_team_id_task_id"
_FILL = """
INSERT INTO job_runs (id, team_id, queue, task, arguments, state, attempt, max_attempts, progress, error, scheduled_at, queued_at,
                      finished_at)
SELECT uuidv7(age), CASE WHEN n % 30 = 1 THEN CAST(:team AS uuid)
       WHEN n % 50 > 0 THEN CAST(:other AS uuid) END, 'default', 'task_' || n % 20, '{"name": "x"}', state, 1, 5, 0,
       CASE WHEN state = 'dead' THEN 'OSError' END, now() + age, now() + age, CASE WHEN state <> 'queued' THEN now() + age END
FROM (SELECT n, (n - 30000) * interval '1 minute' AS age,
             CASE WHEN n % 90 = 1 THEN 'queued' WHEN n % 90 = 10 THEN 'dead' ELSE 'succeeded' END AS state
        FROM generate_series(1, 30000) n) runs
"""


@pytest.fixture
async def team_id(
    committed_owner: Person,
    stranger: Person,
    committed_sessions: SessionFactory,
    as_superuser: Callable[..., None],
) -> UUID:
    async with transaction(committed_sessions) as session:
        await session.execute(text("SELECT set_config('app.queue', 'on', true)"))
        await session.execute(text(_FILL), {"team": committed_owner.team_id, "other": stranger.team_id})
    as_superuser("VACUUM (ANALYZE) job_runs")
    return committed_owner.team_id


@pytest.fixture(params=["team", "platform"])
async def session(
    request: pytest.FixtureRequest, committed_sessions: SessionFactory, team_id: UUID
) -> AsyncGenerator[AsyncSession]:
    scope = TenantScope(team_id=team_id) if request.param == "team" else TenantScope(is_platform_wide=True)
    async with transaction(committed_sessions, scope) as session:
        session.info["reader"] = request.param
        yield session


async def test_no_list_goes_through_the_ledger(engine: AsyncEngine, session: AsyncSession, team_id: UUID) -> None:
    of_team = session.info["reader"] == "team"
    runs = RunRepository.of_team(session, team_id) if of_team else RunRepository.of_all(session)
    jobs = JobService(runs, NameRepository(session), shows_teams=not of_team)
    kind = JobFilters if of_team else AdminJobFilters
    for name, asked in (LISTS if of_team else LISTS | OF_PLATFORM).items():
        with sent_on(engine) as sent:
            page = await jobs.list_page(JobQuery(filters=kind(**asked), cursor=None, limit=20))
            if page.next_cursor:
                await jobs.list_page(JobQuery(filters=kind(**asked), cursor=page.next_cursor, limit=20))
        for plan in await plans_of(session, sent):
            assert "Seq Scan on job_runs" not in plan, f"{name}\n{plan}"
            if of_team and not asked:
                assert f"Index Scan Backward using {OF_TEAM} " in plan, plan
            if of_team and asked.keys() == {"task"}:
                assert OF_TASK in plan, plan


async def test_no_figure_and_no_detail_goes_through_the_ledger(
    engine: AsyncEngine, session: AsyncSession, team_id: UUID
) -> None:
    of_team = session.info["reader"] == "team"
    runs = RunRepository.of_team(session, team_id) if of_team else RunRepository.of_all(session)
    figures = FigureRepository(session, team_id if of_team else None)
    jobs = JobService(runs, NameRepository(session), shows_teams=not of_team)
    [job] = (await jobs.list_page(JobQuery(filters=JobFilters(), cursor=None, limit=1))).items
    with sent_on(engine) as sent:
        await figures.waiting(now=clock.now())
        await figures.running_count()
        await figures.dead_count()
        await runs.list_running()
        await jobs.get(job.id)
        await runs.ids_with_live_replay([job.id])

    for plan in await plans_of(session, sent):
        assert "Seq Scan on job_runs" not in plan, plan


async def test_no_deed_goes_through_the_ledger(
    engine: AsyncEngine, committed_sessions: SessionFactory, committed_owner: Person, team_id: UUID
) -> None:
    async with transaction(committed_sessions, committed_owner.scope) as session:
        runs = RunRepository.of_team(session, team_id)
        rows, _ = await runs.list_matching(JobFilters(), states=frozenset({JobState.QUEUED}), before_id=None, limit=50)
        with sent_on(engine) as sent:
            cancelled = await SteeringRepository(session).cancel([row.id for row in rows[:40]], reason="no more")
            await SteeringRepository(session).start_now(rows[41].id)
            await runs.list_locked([row.id for row in rows[42:]])

        assert len(cancelled) == 40
        for plan in await plans_of(session, sent):
            assert "Seq Scan on job_runs" not in plan, plan
