"""A death that the task's function could not see has a follower; any other is the function's own business."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.models import JobRun, JobState
from app.queue.deaths import follower_id
from app.queue.errors import InvalidTask
from app.queue.postgres import LedgerQueue
from app.queue.registry import Registry
from tests.queue import sample_tasks
from tests.queue.conftest import StartWorker
from tests.queue.test_runner import enqueue_for
from tests.queue.workers import read_run, wait_for_run


async def runs_of(sessions: SessionFactory, team_id: UUID, task: str) -> list[JobRun]:
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        return list(await session.scalars(select(JobRun).where(JobRun.task == task)))


def execute(settings: Settings, statement: str, *values: Any) -> None:
    with psycopg.connect(settings.database.url, options="-c app.queue=on") as connection:
        connection.execute(statement, values)  # pyright: ignore[reportArgumentType, reportCallIssue]


async def test_a_run_that_died_with_its_worker_is_followed_once_by_the_same_commit(
    settings: Settings,
    sessions: SessionFactory,
    team_id: UUID,
    queue: LedgerQueue,
    start_worker: StartWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.queue.leases._MERCY_SECONDS", 0)
    await queue._held.beat_once()  # pyright: ignore[reportPrivateUsage]
    run_id = await enqueue_for(sessions, team_id, "sample_fragile", subject="Ada")
    assert await queue.dequeue(timeout=2) is not None
    execute(settings, "UPDATE job_runs SET heartbeat_at = now() - interval '1 hour'")
    execute(settings, "UPDATE saq_jobs SET lease_expires_at = now() - interval '1 hour'")

    assert await queue.sweep() == [str(run_id)]
    assert await queue.sweep() == []

    dead = await read_run(sessions, run_id, team_id)
    [follower] = await runs_of(sessions, team_id, "sample_mourning")
    assert dead is not None
    assert dead.state == JobState.DEAD
    assert (follower.id, follower.arguments, follower.trace_id) == (
        follower_id(run_id),
        dead.arguments,
        dead.trace_id,
    )
    async with start_worker():
        await wait_for_run(sessions, follower.id, team_id)
    assert sample_tasks.seen == [("sample_mourning", ("Ada", team_id))]


async def test_a_run_that_is_stopped_at_its_timeout_is_followed(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_fragile", subject="Ada", seconds=60)
    async with start_worker():
        assert (await wait_for_run(sessions, run_id, team_id)).state == JobState.DEAD
        await wait_for_run(sessions, follower_id(run_id), team_id)
    assert sample_tasks.seen == [("sample_mourning", ("Ada", team_id))]


async def test_a_failure_that_the_function_saw_is_not_followed(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_fragile", subject="Ada")
    async with start_worker():
        assert (await wait_for_run(sessions, run_id, team_id)).state == JobState.DEAD
    assert await runs_of(sessions, team_id, "sample_mourning") == []


@pytest.mark.parametrize("arguments", ['{"subject": "Ada", "seconds": "long"}', '{"name": "Ada"}'])
async def test_a_run_whose_arguments_fit_nobody_any_more_dies_alone(
    settings: Settings, sessions: SessionFactory, team_id: UUID, start_worker: StartWorker, arguments: str
) -> None:
    run_id = await enqueue_for(sessions, team_id, "sample_fragile", subject="Ada")
    execute(settings, "UPDATE job_runs SET arguments = %s::jsonb", arguments)
    async with start_worker():
        run = await wait_for_run(sessions, run_id, team_id)
    assert run.state == JobState.DEAD
    assert await runs_of(sessions, team_id, "sample_mourning") == []


@pytest.mark.parametrize("on_death", ["nobody", "fragile"])
def test_a_follower_is_a_task_without_followers(on_death: str) -> None:
    registry = Registry()

    @registry.task(on_death=on_death)
    async def fragile(ctx: object) -> None: ...

    with pytest.raises(InvalidTask, match="must name a registered task"):
        registry.check_deaths()
