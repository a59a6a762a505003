"""Workers as people see them: there while they live, stopping at the signal, gone after a clean stop."""

import asyncio
import os
import signal
import socket
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.config import VERSION, Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import JobState, JobWorker
from app.queue.postgres import LedgerQueue
from app.queue.workers import WorkerFacts
from tests.queue.conftest import StartWorker
from tests.queue.test_runner import enqueue_for
from tests.queue.workers import WorkerProcess, read_run, wait_for_run, wait_until


async def workers(sessions: SessionFactory) -> list[JobWorker]:
    async with transaction(sessions) as session:
        return list(await session.scalars(select(JobWorker).order_by(JobWorker.started_at)))


async def test_a_worker_is_known_from_its_start_to_its_stop(
    settings: Settings, sessions: SessionFactory, start_worker: StartWorker
) -> None:
    async with start_worker():
        run_id = await enqueue_for(sessions, None, "sample_scope")
        run = await wait_for_run(sessions, run_id)
        [worker] = await workers(sessions)
    assert (worker.queue, worker.hostname, worker.pid, worker.version) == (
        "default",
        socket.gethostname(),
        os.getpid(),
        VERSION,
    )
    assert worker.concurrency == settings.worker.concurrency
    assert "process_invoice" in worker.tasks
    assert worker.stopping_at is None
    assert run.worker == worker.id
    assert await workers(sessions) == []


async def test_a_worker_says_every_five_seconds_that_it_lives_and_others_forget_it_after_ten_minutes(
    sessions: SessionFactory, queue: LedgerQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.queue.leases._MERCY_SECONDS", 0)
    await queue.begin_work(WorkerFacts(id="one", version="1", concurrency=1, tasks=[]), asyncio.Event())
    async with transaction(sessions) as session:
        for name, minutes in (("silent", 11), ("quiet", 9)):
            session.add(
                JobWorker(
                    id=name, queue="default", hostname="h", pid=1, version="1", concurrency=1, tasks=[],
                    started_at=clock.now(), heartbeat_at=clock.now() - timedelta(minutes=minutes),
                )
            )  # fmt: skip
    [first] = [worker for worker in await workers(sessions) if worker.id == "one"]

    async def has_beaten_again() -> bool:
        return any(
            worker.id == "one" and worker.heartbeat_at > first.heartbeat_at for worker in await workers(sessions)
        )

    await wait_until(has_beaten_again, within_seconds=8)
    [again] = [worker for worker in await workers(sessions) if worker.id == "one"]
    assert timedelta(seconds=4.5) < again.heartbeat_at - first.heartbeat_at < timedelta(seconds=7.5)
    await queue.sweep()
    assert {worker.id for worker in await workers(sessions)} == {"one", "quiet"}


@pytest.mark.slow
async def test_a_worker_that_finishes_its_last_run_is_seen_stopping(
    settings: Settings, sessions: SessionFactory
) -> None:
    with WorkerProcess(settings, WORKER_SHUTDOWN_GRACE_SECONDS="15") as worker:
        run_id = await enqueue_for(sessions, None, "sample_counting", steps=3, seconds=3)
        await wait_for_run(sessions, run_id, states=frozenset({JobState.RUNNING}))
        worker.signal(signal.SIGTERM)

        async def is_stopping() -> bool:
            return any(each.stopping_at is not None for each in await workers(sessions))

        await wait_until(is_stopping, within_seconds=2)
        await worker.terminate(within_seconds=12)
    run = await read_run(sessions, run_id)
    assert run is not None
    assert run.state == JobState.SUCCEEDED
    assert await workers(sessions) == []
