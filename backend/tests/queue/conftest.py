"""A real queue for these tests: jobs are committed, because a worker is another transaction and often another process."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol
from uuid import UUID

import pytest
from litestar_saq import CronJob

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib.ids import new_id
from app.models import Team
from app.queue.postgres import LedgerQueue
from tests.queue import sample_tasks as sample_tasks  # registers them
from tests.queue.workers import running_worker


class StartWorker(Protocol):
    def __call__(self, *cron_jobs: CronJob) -> AbstractAsyncContextManager[None]: ...


@pytest.fixture
def sessions(committed_sessions: SessionFactory) -> SessionFactory:
    return committed_sessions


@pytest.fixture
async def team_id(sessions: SessionFactory) -> UUID:
    identifier = new_id()
    async with transaction(sessions) as session:
        session.add(Team(id=identifier, name="Atelier Nord"))
    return identifier


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    for kept in (
        sample_tasks.seen,
        sample_tasks.running,
        sample_tasks.most_running,
        sample_tasks.most_running_of_team,
    ):
        kept.clear()


@pytest.fixture
async def queue(settings: Settings, sessions: SessionFactory) -> AsyncIterator[LedgerQueue]:
    queue = LedgerQueue(settings.database, sessions)
    await queue.connect()
    yield queue
    await queue.disconnect()


@pytest.fixture
def start_worker(settings: Settings, sessions: SessionFactory) -> StartWorker:
    @asynccontextmanager
    async def start(*cron_jobs: CronJob) -> AsyncGenerator[None]:
        async with running_worker(settings, sessions, cron_jobs):
            yield

    return start
