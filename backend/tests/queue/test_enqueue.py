import asyncio
import time
from uuid import UUID

import psycopg
import pytest
from litestar_saq import TaskQueues

from app.config import Settings
from app.db.session import SessionFactory, set_scope, transaction
from app.db.tenancy import TenantScope
from app.lib.ids import new_id
from app.models import JobState, Team
from app.queue.enqueue import enqueue, enqueuing_team
from app.queue.errors import InvalidArguments, UnknownTask
from app.queue.postgres import LedgerQueue
from tests.queue.workers import read_run


def rows(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(settings.database.url) as connection:
        return connection.execute(statement).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]


class GaveUp(Exception):
    pass


async def test_a_rolled_back_request_leaves_no_job_and_no_run(
    settings: Settings, sessions: SessionFactory, team_id: UUID
) -> None:
    run_ids: list[UUID] = []
    with pytest.raises(GaveUp):  # noqa: PT012
        async with transaction(sessions, TenantScope(team_id=team_id)) as session:
            run_ids.append(await enqueue(session, "my_task", arg1="value", arg2=42))
            raise GaveUp
    assert rows(settings, "SELECT key FROM saq_jobs") == []
    assert await read_run(sessions, run_ids[0], team_id) is None


async def test_a_committed_request_leaves_both(settings: Settings, sessions: SessionFactory, team_id: UUID) -> None:
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        run_id = await enqueue(session, "my_task", arg1="secret value", arg2=42)
        assert rows(settings, "SELECT key FROM saq_jobs") == []  # nobody sees it before the commit
    run = await read_run(sessions, run_id, team_id)
    assert run is not None
    assert (run.team_id, run.task, run.state, run.attempt, run.max_attempts) == (
        team_id,
        "my_task",
        JobState.QUEUED,
        0,
        5,
    )
    assert run.arguments == {"arg1": "secret value", "arg2": 42}
    [(key, queue, status, payload, task)] = rows(settings, "SELECT key, queue, status, job, task FROM saq_jobs")
    assert (key, queue, status, payload, task) == (str(run_id), "default", "queued", b"", "my_task")


async def test_a_run_is_invisible_to_other_teams_and_to_the_system(sessions: SessionFactory, team_id: UUID) -> None:
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        run_id = await enqueue(session, "my_task", arg1="value", arg2=42)
    assert await read_run(sessions, run_id, new_id()) is None
    assert await read_run(sessions, run_id, None) is None


async def test_a_team_made_in_the_same_transaction_can_enqueue(sessions: SessionFactory) -> None:
    team_id = new_id()
    async with sessions() as session:
        set_scope(session, TenantScope(team_id=team_id))
        async with session.begin():
            session.add(Team(id=team_id, name="New"))
            run_id = await enqueue(session, "my_task", arg1="value", arg2=42)
    assert await read_run(sessions, run_id, team_id) is not None


async def test_a_session_without_team_records_a_run_of_the_system(sessions: SessionFactory) -> None:
    async with transaction(sessions) as session:
        run_id = await enqueue(session, "my_task", arg1="value", arg2=42)
    run = await read_run(sessions, run_id)
    assert run is not None
    assert run.team_id is None


async def test_unknown_tasks_and_wrong_arguments_are_refused_before_anything_is_written(
    settings: Settings, sessions: SessionFactory
) -> None:
    async with transaction(sessions) as session:
        with pytest.raises(UnknownTask):
            await enqueue(session, "no_such_task")
        with pytest.raises(InvalidArguments):
            await enqueue(session, "my_task", arg1="value")
    assert rows(settings, "SELECT key FROM saq_jobs") == []


async def test_a_key_accepts_one_run_while_it_waits(
    settings: Settings, sessions: SessionFactory, team_id: UUID
) -> None:
    async def race() -> UUID:
        async with transaction(sessions, TenantScope(team_id=team_id)) as session:
            return await enqueue(session, "my_task", key="welcome", arg1="value", arg2=42)

    run_ids = await asyncio.gather(*(race() for _ in range(10)))
    assert len(set(run_ids)) == 1
    assert len(rows(settings, "SELECT key FROM saq_jobs")) == 1


async def test_a_committed_job_wakes_a_listening_worker_through_saqs_own_channel(
    sessions: SessionFactory, queue: LedgerQueue
) -> None:
    waiting = asyncio.create_task(queue.dequeue(timeout=10))
    await asyncio.sleep(0.5)
    started = time.monotonic()
    async with transaction(sessions) as session:
        run_id = await enqueue(session, "my_task", arg1="value", arg2=42)
    job = await waiting
    assert job is not None
    assert job.key == str(run_id)
    assert time.monotonic() - started < 0.4  # well under the poll of a second


async def test_the_briefs_enqueue_example_is_recorded_the_same_way(
    settings: Settings, sessions: SessionFactory, queue: LedgerQueue
) -> None:
    task_queues = TaskQueues(queues={"default": queue})

    queue_by_name = task_queues.get("default")
    job = await queue_by_name.enqueue("my_task", arg1="value", arg2=42)
    later = await queue_by_name.enqueue("my_task", arg1="value", arg2=42, scheduled=time.time() + 10)

    assert job is not None
    assert later is not None
    assert job.id == job.key
    run, later_run = await read_run(sessions, UUID(job.key)), await read_run(sessions, UUID(later.key))
    assert run is not None
    assert later_run is not None
    assert (run.arguments, run.team_id, run.state) == ({"arg1": "value", "arg2": 42}, None, JobState.QUEUED)
    assert 9 < (later_run.scheduled_at - later_run.queued_at).total_seconds() < 11
    payloads = [
        bytes(payload) for (payload,) in rows(settings, "SELECT job FROM saq_jobs") if isinstance(payload, bytes)
    ]
    assert len(payloads) == 2
    assert not any(b"value" in payload for payload in payloads)


async def test_queue_enqueue_takes_the_team_from_the_context_or_from_its_meta(
    sessions: SessionFactory, queue: LedgerQueue, team_id: UUID
) -> None:
    explicit = await queue.enqueue("my_task", arg1="value", arg2=42, meta={"team_id": str(team_id)})
    token = enqueuing_team.set(team_id)
    implied = await queue.enqueue("my_task", arg1="value", arg2=42)
    enqueuing_team.reset(token)
    for job in (explicit, implied):
        assert job is not None
        assert await read_run(sessions, UUID(job.key), team_id) is not None


async def test_queue_enqueue_refuses_what_enqueue_refuses(queue: LedgerQueue) -> None:
    with pytest.raises(UnknownTask):
        await queue.enqueue("no_such_task")
    with pytest.raises(InvalidArguments):
        await queue.enqueue("my_task", arg1="value", arg2=42, arg3=1)
    with pytest.raises(InvalidArguments, match="group_key"):
        await queue.enqueue("my_task", arg1="value", arg2=42, group_key="team")
    with pytest.raises(NotImplementedError):
        await queue.apply("my_task", arg1="value", arg2=42)
