from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.lib import clock
from app.lib.ids import new_id
from app.models import JobRun, JobState, MailboxMessage, RateLimitWindow
from app.queue.enqueue import enqueue
from app.queue.registry import registry
from tests.queue.conftest import StartWorker
from tests.queue.workers import read_run, wait_for_run


async def test_send_email_sends_once_under_one_message_id(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker, settings: Settings
) -> None:
    mail: dict[str, Any] = {
        "to": "ada@example.com",
        "subject": "Hello",
        "text": "Hi",
        "message_id": "<hello.1@quittance.example>",
    }
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        run_ids = [await enqueue(session, "send_email", **mail) for _ in range(2)]
    async with start_worker():
        for run_id in run_ids:
            assert (await wait_for_run(sessions, run_id, team_id)).state == JobState.SUCCEEDED
    async with transaction(sessions) as session:
        messages = (await session.scalars(select(MailboxMessage))).all()
    assert [(message.recipient, message.subject, message.sender) for message in messages] == [
        ("ada@example.com", "Hello", settings.mail.sender)
    ]


async def test_the_nightly_clean_up_deletes_what_is_old_in_every_team_and_nothing_else(
    sessions: SessionFactory, team_id: UUID, start_worker: StartWorker
) -> None:
    assert registry.get("daily_cleanup").cron == "0 2 * * *"
    now = clock.now()
    kept: list[tuple[UUID, UUID | None]] = []
    gone: list[tuple[UUID, UUID | None]] = []
    for owner in (team_id, None):
        async with transaction(sessions, TenantScope(team_id=owner)) as session:
            for age_days, into in ((31, gone), (29, kept), (None, kept)):
                run = finished_run(owner, age_days=age_days)
                await session.execute(insert(JobRun).values(run))
                into.append((run["id"], owner))
    async with transaction(sessions) as session:
        for key, ends_at in ((b"ended", now - timedelta(days=1, minutes=1)), (b"weighs", now - timedelta(minutes=1))):
            session.add(RateLimitWindow(key_hash=key, ends_at=ends_at, attempts=1))
    async with transaction(sessions) as session:
        run_id = await enqueue(session, "daily_cleanup")
    async with start_worker():
        run = await wait_for_run(sessions, run_id)
    assert run.result == {"rate_limit_windows": 1, "job_runs": 2}
    assert [await read_run(sessions, *each) is not None for each in kept] == [True] * 4
    assert [await read_run(sessions, *each) for each in gone] == [None, None]


def finished_run(team_id: UUID | None, *, age_days: int | None) -> dict[str, Any]:
    then = clock.now() - timedelta(days=age_days or 0)
    return {
        "id": new_id(),
        "team_id": team_id,
        "queue": "default",
        "task": "my_task",
        "arguments": {},
        "state": JobState.QUEUED if age_days is None else JobState.SUCCEEDED,
        "max_attempts": 5,
        "scheduled_at": then,
        "queued_at": then,
        "finished_at": None if age_days is None else then,
    }
