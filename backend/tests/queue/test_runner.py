import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import psycopg
import pytest
from saq.job import Job
from sqlalchemy import func, select, text

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.events.services import record_event
from app.lib.ids import new_id
from app.models import JobRun, JobState, TeamEvent
from app.queue import statements
from app.queue.context import TaskContext
from app.queue.endings import Ending
from app.queue.enqueue import enqueue
from app.queue.errors import LeaseLost
from app.queue.postgres import LedgerQueue
from app.queue.repositories import JobRunRepository
from app.queue.runner import Outcome, held_by
from tests.queue.conftest import StartWorker
from tests.queue.sample_tasks import seen
from tests.queue.workers import read_run, wait_for_run, wait_until


async def enqueue_for(sessions: SessionFactory, team_id: UUID | None, task: str, **arguments: Any) -> UUID:
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        return await enqueue(session, task, **arguments)


async def count_events(sessions: SessionFactory, team_id: UUID, subject_id: UUID) -> int:
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        statement = select(func.count()).select_from(TeamEvent).where(TeamEvent.subject_id == subject_id)
        return await session.scalar(statement) or 0


def is_in_saq(settings: Settings, run_id: UUID) -> bool:
    with psycopg.connect(settings.database.url) as connection:
        return connection.execute("SELECT 1 FROM saq_jobs WHERE key = %s", (str(run_id),)).fetchone() is not None


async def test_a_finished_run_keeps_its_result_and_leaves_the_queue(
    settings: Settings, sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    run_id = await enqueue_for(sessions, team_id, "my_task", arg1="value", arg2=42)
    async with start_worker():
        run = await wait_for_run(sessions, run_id, team_id)
    assert (run.state, run.attempt, run.progress, run.result, run.error) == (
        JobState.SUCCEEDED,
        1,
        1.0,
        {"status": "success"},
        None,
    )
    assert run.started_at is not None
    assert run.finished_at is not None
    assert run.worker
    assert seen == [("my_task", ("value", 42))]
    assert not is_in_saq(settings, run_id)


async def test_arguments_arrive_with_the_types_of_the_signature(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    invoice_id = new_id()
    run_id = await enqueue_for(
        sessions,
        team_id,
        "sample_typed",
        invoice_id=invoice_id,
        due=date(2026, 11, 30),
        amount=Decimal("119.00"),
        tags=["a"],
    )
    async with start_worker():
        await wait_for_run(sessions, run_id, team_id)
    assert seen == [("sample_typed", (invoice_id, date(2026, 11, 30), Decimal("119.00"), ["a"], None))]


async def test_a_job_runs_for_its_own_team(sessions: SessionFactory, team_id: UUID, start_worker: StartWorker) -> None:
    async with start_worker():
        await wait_for_run(sessions, await enqueue_for(sessions, team_id, "sample_scope"), team_id)
        await wait_for_run(sessions, await enqueue_for(sessions, None, "sample_scope"))
    assert seen == [("sample_scope", team_id), ("sample_scope", None)]


async def test_a_failure_is_tried_again_until_it_succeeds(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_failing", succeeds_at=2)
    async with start_worker():
        run = await wait_for_run(sessions, run_id, team_id)
    assert (run.state, run.attempt, run.result, run.error) == (JobState.SUCCEEDED, 2, "done", None)
    assert seen == [("sample_failing", (1, False)), ("sample_failing", (2, False))]


async def test_after_the_last_attempt_the_run_is_dead_and_its_error_kept(
    settings: Settings, sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_failing", succeeds_at=99)
    async with start_worker():
        run = await wait_for_run(sessions, run_id, team_id)
    assert (run.state, run.attempt) == (JobState.DEAD, 3)
    assert run.error is not None
    assert "RuntimeError: attempt 3 fails" in run.error
    assert seen[-1] == ("sample_failing", (3, True))
    assert not is_in_saq(settings, run_id)


async def test_a_permanent_failure_is_dead_at_once(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_hopeless")
    async with start_worker():
        run = await wait_for_run(sessions, run_id, team_id)
    assert (run.state, run.attempt) == (JobState.DEAD, 1)
    assert run.error is not None
    assert run.error.rstrip().endswith("PermanentFailure: the address does not exist")


async def test_a_task_is_stopped_at_its_timeout(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_endless")
    async with start_worker():
        run = await wait_for_run(sessions, run_id, team_id, within_seconds=5)
    assert run.state == JobState.DEAD
    assert run.error is not None
    assert "the attempt took longer than 1 seconds" in run.error


async def test_a_result_that_postgresql_cannot_store_does_not_undo_the_work(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_unstorable")
    async with start_worker():
        run = await wait_for_run(sessions, run_id, team_id)
    assert (run.state, run.result) == (JobState.SUCCEEDED, None)


async def test_a_job_starts_neither_early_nor_much_too_late(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    due = time.time() + 2
    async with start_worker():
        run = await wait_for_run(
            sessions, await enqueue_for(sessions, team_id, "my_task", scheduled=due, arg1="value", arg2=42), team_id
        )
    assert run.started_at is not None
    assert 0 <= run.started_at.timestamp() - due < 2.5


async def test_an_idle_worker_starts_a_job_at_once(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    async with start_worker():
        await wait_for_run(sessions, await enqueue_for(sessions, team_id, "sample_scope"), team_id)
        run = await wait_for_run(sessions, await enqueue_for(sessions, team_id, "sample_scope"), team_id)
    assert run.started_at is not None
    assert (run.started_at - run.queued_at).total_seconds() < 0.3


async def test_a_run_is_taken_once(
    settings: Settings, sessions: SessionFactory, queue: LedgerQueue, team_id: UUID
) -> None:
    run_id = await enqueue_for(sessions, team_id, "my_task", arg1="value", arg2=42)
    async with another_queue(settings, sessions) as other:
        jobs = await asyncio.gather(queue.dequeue(timeout=1), other.dequeue(timeout=1))
    assert [job.key for job in jobs if job] == [str(run_id)]
    run = await read_run(sessions, run_id, team_id)
    assert run is not None
    assert (run.state, run.attempt) == (JobState.RUNNING, 1)


@asynccontextmanager
async def another_queue(settings: Settings, sessions: SessionFactory) -> AsyncGenerator[LedgerQueue]:
    queue = LedgerQueue(settings.database.url, sessions)
    await queue.connect()
    yield queue
    await queue.disconnect()


async def zombie_of(
    settings: Settings, sessions: SessionFactory, queue: LedgerQueue, team_id: UUID
) -> tuple[TaskContext, Job, UUID]:
    """Return the context and job of an attempt that was taken for dead, while the second attempt works."""
    run_id = await enqueue_for(sessions, team_id, "my_task", arg1="value", arg2=42)
    job = await queue.dequeue(timeout=2)
    assert job is not None
    first = held_by(job).lease
    await take_away(settings, run_id)
    async with another_queue(settings, sessions) as other:
        again = await other.dequeue(timeout=2)
        assert again is not None
        assert held_by(again).lease.attempt == 2
    context = TaskContext({}, lease=first, max_attempts=5, settings=settings, sessions=sessions)
    return context, job, run_id


async def take_away(settings: Settings, run_id: UUID) -> None:
    """As the sweep does when a worker has not been heard of for as long as its heartbeat."""
    connection: Any = await asyncpg.connect(settings.database.url, server_settings={"app.queue": "on"})
    long_ago = "clock_timestamp() - interval '1 hour'"
    await connection.execute(f"UPDATE job_runs SET heartbeat_at = {long_ago} WHERE id = $1", run_id)
    await connection.execute(f"UPDATE saq_jobs SET lease_expires_at = {long_ago} WHERE key = $1", str(run_id))
    rows = await connection.fetch(statements.TAKE_AWAY, "default", "not heard of")
    await connection.close()
    assert [row["id"] for row in rows] == [run_id]


async def test_a_zombie_commits_nothing(
    settings: Settings, sessions: SessionFactory, queue: LedgerQueue, team_id: UUID
) -> None:
    context, _, _ = await zombie_of(settings, sessions, queue, team_id)
    subject_id = new_id()
    with pytest.raises(LeaseLost):
        async with context.session() as session:
            record_event(session, "customer.created", team_id=team_id, subject_type="customer", subject_id=subject_id)
    assert await count_events(sessions, team_id, subject_id) == 0
    with pytest.raises(LeaseLost):
        await context.progress(0.5)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(is_success=True, result_json='"late"'),
        Outcome(error="late"),
        Outcome(error="late", next_attempt_at=datetime(2030, 1, 1, tzinfo=UTC)),
    ],
)
async def test_a_late_finish_touches_no_rows(
    settings: Settings, sessions: SessionFactory, queue: LedgerQueue, team_id: UUID, outcome: Outcome
) -> None:
    _, job, run_id = await zombie_of(settings, sessions, queue, team_id)
    before = await read_run(sessions, run_id, team_id)
    await job.finish("complete", result=outcome)  # pyright: ignore[reportArgumentType]
    after = await read_run(sessions, run_id, team_id)
    assert before is not None
    assert after is not None
    assert values(before) == values(after)
    assert after.state == JobState.RUNNING
    assert is_in_saq(settings, run_id)


def values(run: JobRun) -> dict[str, object]:
    return {column.key: getattr(run, column.key) for column in JobRun.__table__.columns}


async def test_the_current_attempt_commits_also_for_other_teams_when_the_system_runs(
    settings: Settings, sessions: SessionFactory, queue: LedgerQueue, team_id: UUID
) -> None:
    run_id = await enqueue_for(sessions, None, "sample_scope")
    job = await queue.dequeue(timeout=2)
    assert job is not None
    context = TaskContext({}, lease=held_by(job).lease, max_attempts=5, settings=settings, sessions=sessions)
    subject_id = new_id()
    async with context.session(team_id=team_id) as session:
        record_event(session, "customer.created", team_id=team_id, subject_type="customer", subject_id=subject_id)
    assert await count_events(sessions, team_id, subject_id) == 1
    await context.progress(0.25)
    run = await read_run(sessions, run_id)
    assert run is not None
    assert run.progress == 0.25


async def test_an_effect_may_commit_together_with_the_end_of_its_run(
    settings: Settings, sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    subject_id = new_id()
    async with start_worker():
        run_id = await enqueue_for(sessions, team_id, "sample_effect_that_ends_it", subject_id=subject_id)
        await wait_for_run(sessions, run_id, team_id)
        await asyncio.sleep(0.3)  # what follows the end in the task changes nothing any more
    run = await read_run(sessions, run_id, team_id)
    assert run is not None
    assert (run.state, run.attempt, run.error, run.failures) == (JobState.SUCCEEDED, 1, None, [])
    assert await count_events(sessions, team_id, subject_id) == 1
    assert not is_in_saq(settings, run_id)
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        counted = (await session.execute(text("SELECT sum(succeeded), sum(failed + dead) FROM job_statistics"))).one()
    assert tuple(counted) == (1, 0)


async def test_a_cancellation_before_such_a_commit_leaves_no_effect(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    subject_id = new_id()
    arguments = {"subject_id": subject_id, "seconds_before": 0.5}
    async with start_worker():
        run_id = await enqueue_for(sessions, team_id, "sample_effect_that_ends_it", **arguments)
        await wait_for_run(sessions, run_id, team_id, states=frozenset({JobState.RUNNING}))
        async with transaction(sessions, TenantScope(team_id=team_id)) as session:
            assert await JobRunRepository(session).cancel(run_id, reason="nobody needs it")
        await asyncio.sleep(1)
    run = await read_run(sessions, run_id, team_id)
    assert run is not None
    assert (run.state, run.error) == (JobState.CANCELLED, "nobody needs it")
    assert await count_events(sessions, team_id, subject_id) == 0


async def test_ends_of_both_kinds_are_written_by_one_commit(
    sessions: SessionFactory, team_id: UUID, queue: LedgerQueue
) -> None:
    run_ids = [await enqueue_for(sessions, team_id, "sample_scope") for _ in range(2)]
    good, bad = [run.lease for run in await queue._take(2)]
    ends = [Ending(lease=good, is_success=True), Ending(lease=bad, is_success=False, error="not \x00 storable")]
    with pytest.raises(asyncpg.CharacterNotInRepertoireError):
        await queue._write(ends)
    runs = [await read_run(sessions, run_id, team_id) for run_id in run_ids]
    assert [run and run.state for run in runs] == [JobState.RUNNING, JobState.RUNNING]
    await queue._write([ends[0], msgspec.structs.replace(ends[1], error="storable")])
    states = {run_id: run.state for run_id in run_ids if (run := await read_run(sessions, run_id, team_id))}
    assert states == {good.run_id: JobState.SUCCEEDED, bad.run_id: JobState.DEAD}


async def test_rows_that_belong_to_no_run_are_set_aside_and_keep_nobody_waiting(
    settings: Settings, sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    with psycopg.connect(settings.database.url) as connection:
        for key in ("a key of SAQ", str(new_id())):
            connection.execute(
                "INSERT INTO saq_jobs (key, job, queue, status, task, rank) VALUES (%s, %s, 'default', 'queued', 'sample_scope', 0)",
                (key, b"\xff"),
            )
        connection.execute(
            "INSERT INTO saq_jobs (key, job, queue, status, task, lease_expires_at) "
            "VALUES ('another key of SAQ', %s, 'default', 'active', 'sample_scope', now())",
            (b"\xff",),
        )
    async with start_worker():
        await wait_for_run(sessions, await enqueue_for(sessions, None, "sample_scope"), within_seconds=5)

        async def are_set_aside() -> bool:
            with psycopg.connect(settings.database.url) as connection:
                return connection.execute("SELECT 1 FROM saq_jobs WHERE task = 'sample_scope'").fetchone() is None

        await wait_until(are_set_aside, within_seconds=15)


async def test_cancelling_stops_a_waiting_and_a_running_job(
    settings: Settings, sessions: SessionFactory, queue: LedgerQueue, team_id: UUID, start_worker: StartWorker
) -> None:
    subject_id = new_id()
    waiting = await enqueue_for(
        sessions, team_id, "sample_slow_effect", scheduled=time.time() + 60, subject_id=subject_id, seconds=0
    )
    running = await enqueue_for(sessions, team_id, "sample_slow_effect", subject_id=subject_id, seconds=2)
    async with start_worker():
        await wait_for_run(sessions, running, team_id, states=frozenset({JobState.RUNNING}))
        for run_id in (waiting, running):
            job = await queue.job(str(run_id))
            assert job is not None
            await job.abort("no longer wanted")
        started = time.monotonic()

        async def has_stopped() -> bool:
            return time.monotonic() - started > 2.5

        await wait_until(has_stopped, within_seconds=5)
    for run_id in (waiting, running):
        run = await read_run(sessions, run_id, team_id)
        assert run is not None
        assert (run.state, run.error) == (JobState.CANCELLED, "no longer wanted")
        assert not is_in_saq(settings, run_id)
    assert await count_events(sessions, team_id, subject_id) == 0


async def test_a_job_whose_team_is_gone_is_dropped(
    settings: Settings, sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_scope")
    with psycopg.connect(settings.database.owner_url) as connection:
        connection.execute("DELETE FROM teams WHERE id = %s", (team_id,))

    async def is_dropped() -> bool:
        return not is_in_saq(settings, run_id)

    async with start_worker():
        await wait_until(is_dropped, within_seconds=5)
    assert seen == []
