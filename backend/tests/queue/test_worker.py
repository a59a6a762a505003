"""Workers as processes of their own: killed, stopped, and started before the tables exist."""

import asyncio
import signal
from uuid import UUID

import psycopg
import pytest
from litestar_saq import CronJob
from sqlalchemy import func, select

from app.auth.guards import platform_admin
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.lib.ids import new_id
from app.models import JobRun, JobSchedule, JobState, TeamEvent
from app.queue.config import build_queue_config
from app.queue.enqueue import enqueue
from app.queue.errors import QueueNotReady
from app.queue.postgres import LedgerQueue
from app.queue.worker import build_queue_plugin
from tests.queue import sample_tasks
from tests.queue.conftest import StartWorker
from tests.queue.workers import WorkerProcess, read_run, wait_for_run, wait_until

RUNNING = frozenset({JobState.RUNNING})


async def enqueue_slow_effect(sessions: SessionFactory, team_id: UUID, subject_id: UUID, *, seconds: float) -> UUID:
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        return await enqueue(session, "sample_slow_effect", subject_id=subject_id, seconds=seconds)


async def count_events(sessions: SessionFactory, team_id: UUID, subject_id: UUID) -> int:
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        statement = select(func.count()).select_from(TeamEvent).where(TeamEvent.subject_id == subject_id)
        return await session.scalar(statement) or 0


@pytest.mark.slow
async def test_a_job_killed_with_its_worker_is_finished_by_another_and_takes_effect_once(
    settings: Settings, sessions: SessionFactory, team_id: UUID
) -> None:
    subject_id = new_id()
    run_id = await enqueue_slow_effect(sessions, team_id, subject_id, seconds=1.5)
    with WorkerProcess(settings) as victim:
        started = await wait_for_run(sessions, run_id, team_id, states=RUNNING)
        victim.kill()
    assert await count_events(sessions, team_id, subject_id) == 0
    with WorkerProcess(settings):
        # heartbeat 3 + sweep 2 + poll 1 + the work itself 1.5 + the start of a process
        run = await wait_for_run(sessions, run_id, team_id, within_seconds=40)
    assert (run.state, run.attempt, started.attempt) == (JobState.SUCCEEDED, 2, 1)
    assert await count_events(sessions, team_id, subject_id) == 1


@pytest.mark.slow
async def test_a_worker_that_was_frozen_past_its_heartbeat_changes_nothing_when_it_wakes(
    settings: Settings, sessions: SessionFactory, team_id: UUID
) -> None:
    subject_id = new_id()
    run_id = await enqueue_slow_effect(sessions, team_id, subject_id, seconds=2)
    with WorkerProcess(settings) as zombie:
        await wait_for_run(sessions, run_id, team_id, states=RUNNING)
        zombie.signal(signal.SIGSTOP)
        with WorkerProcess(settings):
            run = await wait_for_run(sessions, run_id, team_id, within_seconds=40)
            zombie.signal(signal.SIGCONT)

            async def has_given_up() -> bool:
                return "lease" in zombie.output

            await wait_until(has_given_up, within_seconds=10, what=lambda: f"the zombie to notice:\n{zombie.output}")
    after = await read_run(sessions, run_id, team_id)
    assert after is not None
    assert (after.state, after.attempt, after.worker) == (JobState.SUCCEEDED, 2, run.worker)
    assert await count_events(sessions, team_id, subject_id) == 1


@pytest.mark.slow
async def test_an_idle_worker_stops_without_waiting_for_the_grace(
    settings: Settings, sessions: SessionFactory, team_id: UUID
) -> None:
    with WorkerProcess(settings) as worker:
        run_id = await enqueue_slow_effect(sessions, team_id, new_id(), seconds=0)
        await wait_for_run(sessions, run_id, team_id)
        await worker.terminate(within_seconds=settings.worker.shutdown_grace_seconds / 2)
        assert worker.process.returncode == 0


@pytest.mark.slow
async def test_a_running_job_may_finish_within_the_grace(
    settings: Settings, sessions: SessionFactory, team_id: UUID
) -> None:
    subject_id = new_id()
    with WorkerProcess(settings, WORKER_SHUTDOWN_GRACE_SECONDS="15") as worker:
        run_id = await enqueue_slow_effect(sessions, team_id, subject_id, seconds=4)
        await wait_for_run(sessions, run_id, team_id, states=RUNNING)
        await worker.terminate(within_seconds=12)
    run = await read_run(sessions, run_id, team_id)
    assert run is not None
    assert (run.state, run.attempt) == (JobState.SUCCEEDED, 1)
    assert await count_events(sessions, team_id, subject_id) == 1


@pytest.mark.slow
async def test_a_job_longer_than_the_grace_goes_back(
    settings: Settings, sessions: SessionFactory, team_id: UUID
) -> None:
    subject_id = new_id()
    with WorkerProcess(settings, WORKER_SHUTDOWN_GRACE_SECONDS="1") as worker:
        run_id = await enqueue_slow_effect(sessions, team_id, subject_id, seconds=30)
        await wait_for_run(sessions, run_id, team_id, states=RUNNING)
        await worker.terminate(within_seconds=8)
    run = await read_run(sessions, run_id, team_id)
    assert run is not None
    assert (run.state, run.attempt, run.error) == (
        JobState.QUEUED,
        1,
        "The worker was stopped in the middle of this attempt.",
    )
    assert await count_events(sessions, team_id, subject_id) == 0


async def test_explicit_cron_jobs_work_beside_the_decorator(
    sessions: SessionFactory, start_worker: StartWorker
) -> None:
    every_second = "* * * * * *"
    report = CronJob(
        function=sample_tasks.sample_report, cron=every_second, kwargs={"report_type": "weekly"}, timeout=30
    )

    async def has_ticked() -> bool:
        return len(sample_tasks.seen) >= 2

    # Two workers: each tick still runs once.
    async with start_worker(report), start_worker(report):
        await wait_until(has_ticked, within_seconds=10)
    assert set(sample_tasks.seen) == {("sample_report", "weekly")}
    async with transaction(sessions) as session:
        runs = (await session.scalars(select(JobRun).where(JobRun.task == "sample_report"))).all()
        nightly = await session.get_one(JobSchedule, "daily_cleanup")
    assert len({run.scheduled_at for run in runs}) == len(runs)
    assert (nightly.next_run_at.hour, nightly.next_run_at.minute) == (2, 0)


def test_the_web_page_needs_guards_and_development(settings: Settings) -> None:
    assert not build_queue_config(settings).web_enabled
    assert build_queue_config(settings, web_guards=[platform_admin]).web_enabled


async def test_the_queue_opens_a_connection_when_it_needs_one_and_closes_it(
    settings: Settings, sessions: SessionFactory
) -> None:
    config = build_queue_config(settings, sessions)
    build_queue_plugin(config)
    queue = config.get_queues().get("default")
    assert isinstance(queue, LedgerQueue)
    before = queue_connections(settings)
    await queue.enqueue("sample_scope")
    assert before < queue_connections(settings) <= before + 2  # one records, one wakes
    await queue.disconnect()

    async def are_closed() -> bool:
        return queue_connections(settings) == before

    await wait_until(are_closed, within_seconds=5)


def queue_connections(settings: Settings) -> int:
    with psycopg.connect(settings.database.url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'quittance-queue'"
        ).fetchone()
    assert row is not None
    return row[0]


async def test_a_database_without_the_queues_tables_is_named_plainly(
    settings: Settings, sessions: SessionFactory
) -> None:
    queue = LedgerQueue(settings.database.url, sessions)
    queue.pool.kwargs = {"autocommit": True, "options": "-c search_path=pg_catalog"}
    with pytest.raises(QueueNotReady, match="make db-upgrade"):
        await queue.connect()
    await queue.pool.close()


@pytest.mark.slow
async def test_a_worker_in_production_refuses_a_role_that_steps_over_row_level_security(
    settings: Settings, superuser_database_url: str
) -> None:
    environment = {
        "APP_ENV": "production",
        "SECRET_KEY": "k" * 48,
        "APP_URL": "https://invoices.example.com",
        "MAIL_TRANSPORT": "smtp",
        "DATABASE_URL": superuser_database_url,
    }
    with WorkerProcess(settings, app_path="app.asgi:app", **environment) as worker:
        code = await asyncio.to_thread(worker.process.wait, 20)

        assert code != 0
        assert "DATABASE_URL: the role" in worker.output
