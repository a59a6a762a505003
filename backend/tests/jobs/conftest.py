"""Runs as workers leave them behind, committed: what people do to them is seen from outside, and by others at once."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import text

from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.lib import clock
from app.lib.ids import new_id
from app.models import JobRun, JobState
from app.queue.enqueue import enqueue
from tests.support.administrators import administrator
from tests.support.people import PeopleFactory, Person

GREETING: dict[str, Any] = {"name": "Ada", "email": "ada@example.com", "team_name": "Northwind"}
TASK = "send_welcome_email"

_INTO_SAQ = text("""
    INSERT INTO saq_jobs (key, job, queue, status, task, team_id, scheduled, rank)
    VALUES (:key, '{}', 'default', :status, :task, :team_id, :scheduled, :rank)
""")

type AddRun = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def admin(committed_people: PeopleFactory, committed_sessions: SessionFactory) -> Person:
    return await administrator(committed_people, committed_sessions)


@pytest.fixture
async def stranger(committed_people: PeopleFactory) -> Person:
    return await committed_people.owner("Strangers")


@pytest.fixture
def add_run(committed_sessions: SessionFactory, committed_owner: Person) -> AddRun:
    """Write a run of the owner's team (or another's), in the ledger and, while it lives, in SAQ's table."""

    async def add(state: JobState = JobState.DEAD, *, of: Any = committed_owner, **fields: Any) -> UUID:
        return await write_run(committed_sessions, of.team_id if isinstance(of, Person) else of, state, **fields)

    return add


async def write_run(sessions: SessionFactory, team_id: UUID | None, state: JobState, **fields: Any) -> UUID:
    now = clock.now()
    is_over = state not in {JobState.QUEUED, JobState.RUNNING}
    began = None if state is JobState.QUEUED else now
    usual: dict[str, Any] = {
        "queue": "default",
        "task": TASK,
        "arguments": GREETING,
        "attempt": 0 if state is JobState.QUEUED else 1,
        "max_attempts": 5,
        "scheduled_at": now,
        "queued_at": now,
        "started_at": began,
        "heartbeat_at": began,
        "finished_at": now if is_over else None,
    }
    run = JobRun(id=new_id(), team_id=team_id, state=state, **(usual | fields))
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        session.add(run)
        await session.flush()
        if not is_over:
            due = "new" if run.scheduled_at > now else "queued"
            values: dict[str, Any] = {
                "key": str(run.id),
                "status": "active" if state is JobState.RUNNING else due,
                "task": run.task,
            }
            values |= {"team_id": team_id or UUID(int=0), "scheduled": int(run.scheduled_at.timestamp())}
            await session.execute(_INTO_SAQ, values | {"rank": run.scheduled_at.timestamp()})
    return run.id


async def put_off(sessions: SessionFactory, team_id: UUID | None) -> UUID:
    """Enqueue a greeting for tomorrow."""
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        tomorrow = (clock.now() + timedelta(days=1)).timestamp()
        return await enqueue(session, TASK, scheduled=tomorrow, **GREETING)


class Stored(msgspec.Struct):
    """A run as the database has it, and SAQ's row beside it."""

    run: JobRun
    saq: Any


async def read(sessions: SessionFactory, run_id: UUID, team_id: UUID | None) -> Stored:
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        run = await session.get_one(JobRun, run_id)
        row = await session.execute(text("SELECT * FROM saq_jobs WHERE key = :key"), {"key": str(run_id)})
        return Stored(run, row.one_or_none())
