"""Tasks without a worker: one run in the ledger, and its function called as the runner would."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.db.audit import RequestFacts, acting
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.lib import clock
from app.lib.ids import new_id
from app.models import JobRun, JobState, MailboxMessage
from app.queue.context import TaskContext
from app.queue.registry import registry
from app.queue.repositories import Lease


async def run_task(
    sessions: SessionFactory, settings: Settings, name: str, *, team_id: UUID | None = None, **arguments: Any
) -> Any:
    """Run a task once, in its first attempt."""
    run = JobRun(
        id=new_id(), team_id=team_id, queue="default", task=name, arguments={}, state=JobState.RUNNING, attempt=1,
        max_attempts=5, scheduled_at=clock.now(), queued_at=clock.now(),
    )  # fmt: skip
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        session.add(run)
    return await _call(sessions, settings, run, registry.get(name).to_stored(arguments))


async def run_waiting(sessions: SessionFactory, settings: Settings, *, team_id: UUID | None = None) -> list[str]:
    """Run whatever waits in the ledger of a team, or of the system, in order; return the tasks' names."""
    done: list[str] = []
    while True:
        async with transaction(sessions, TenantScope(team_id=team_id)) as session:
            statement = select(JobRun).where(JobRun.state == JobState.QUEUED).order_by(JobRun.queued_at, JobRun.id)
            run = (await session.scalars(statement.limit(1))).first()
            if run is None:
                return done
            run.state, run.attempt = JobState.RUNNING, 1
        await _call(sessions, settings, run, run.arguments)
        async with transaction(sessions, TenantScope(team_id=team_id)) as session:
            finished = await session.get_one(JobRun, run.id)
            finished.state, finished.finished_at = JobState.SUCCEEDED, clock.now()
        done.append(run.task)


async def begin(session: AsyncSession, run_id: UUID) -> Lease:
    """Begin the next attempt of a run, or go on with the one that works, without the queue's own connections."""
    run = await session.get_one(JobRun, run_id)
    if run.state is JobState.QUEUED:
        run.state, run.attempt = JobState.RUNNING, run.attempt + 1
        await session.flush()
    return Lease(run.id, run.team_id, run.attempt)


async def mails_to(sessions: SessionFactory, address: str) -> list[MailboxMessage]:
    """What lies in the mailbox for an address, oldest first."""
    async with transaction(sessions) as session:
        statement = select(MailboxMessage).where(MailboxMessage.recipient == address).order_by(MailboxMessage.id)
        return list((await session.scalars(statement)).all())


def link_token(text: str) -> str:
    """The token in a mail's link."""
    found = re.search(r"token=([\w-]+)", text)
    assert found, text
    return found[1]


async def _call(sessions: SessionFactory, settings: Settings, run: JobRun, arguments: dict[str, Any]) -> Any:
    task = registry.get(run.task)
    ctx = TaskContext(
        {}, lease=Lease(run.id, run.team_id, 1), max_attempts=run.max_attempts, settings=settings, sessions=sessions
    )
    with acting(RequestFacts(action=run.task, request_id=str(run.id))):
        return await task.function(ctx, **task.from_stored(arguments))
