"""What the demo team's workers did in the last days: enough for the jobs page to have something to show and to try out."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from app.lib import clock
from app.lib.ids import id_at, new_id
from app.models import JobAction, JobLogLine, JobRun, JobState, JobStatistic
from app.queue.enqueue import enqueue

_WORKER = "atelier-1"
_MAX_ATTEMPTS = 5
_REFUSED = """Traceback (most recent call last):
  File "app/invoices/tasks.py", line 58, in _send
    await build_transport(ctx.settings, ctx.sessions).send(message)
  File "app/lib/mail.py", line 121, in send
    await client.send_message(message, sender=sender, recipients=[message.to])
aiosmtplib.errors.SMTPRecipientsRefused: 550 5.1.1 mailbox unavailable
"""
_AWAY = "ConnectionRefusedError: [Errno 111] the mail server does not answer"
_GREETING: dict[str, Any] = {"name": "Ines Aubert", "email": "ines@ateliernord.example", "team_name": "Atelier Nord"}


class _DemoRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is over; `failures` are the errors of the attempts before the last."""

    minutes_ago: int
    task: str = "process_invoice"
    state: JobState = JobState.SUCCEEDED
    seconds: float = 1.4
    waited_seconds: float = 0.02
    failures: tuple[str, ...] = ()
    error: str | None = None


# Office hours of a week, in an uneven rhythm, and now and then a mail server that was away.
_USUAL = tuple(
    _DemoRun(
        minutes_ago=day * 24 * 60 + 45 + turn * 37 % 500,
        task=("process_invoice", "process_invoice", "send_welcome_email", "send_invitation")[turn % 4],
        seconds=0.4 + turn * 7 % 11 / 4,
        waited_seconds=0.01 + turn * 5 % 7 / 50,
        failures=(_AWAY,) * (1 if turn % 9 == 4 else 0),
    )
    for day in range(7)
    for turn in range(12 + day % 3)
)
_UNUSUAL = (
    _DemoRun(minutes_ago=26, failures=(_AWAY, _AWAY), seconds=2.2),
    _DemoRun(minutes_ago=95, state=JobState.DEAD, failures=(_REFUSED,) * 4, error=_REFUSED),
    _DemoRun(minutes_ago=340, state=JobState.CANCELLED, error="Cancelled by Mara Lindqvist."),
    _DemoRun(minutes_ago=60 * 50, state=JobState.DEAD, failures=(_AWAY,) * 4, error=_AWAY),
)


async def add_jobs(session: AsyncSession, *, team_id: UUID, owner_id: UUID) -> None:
    """Write runs, their log lines and their figures; one greeting really waits for tomorrow."""
    now = clock.now()
    figures: defaultdict[tuple[datetime, str], list[_DemoRun]] = defaultdict(list)
    for demo in (*_USUAL, *_UNUSUAL):
        run = _run(demo, team_id, now)
        session.add(run)
        session.add_all(_log_lines(run))
        if demo.state is JobState.CANCELLED:
            session.add(_cancelling(run, owner_id))
        else:
            figures[_minute(run.finished_at or now), demo.task].append(demo)
    session.add_all(_statistic(team_id, minute, task, runs) for (minute, task), runs in figures.items())
    await session.flush()
    await enqueue(session, "send_welcome_email", scheduled=(now + timedelta(days=1)).timestamp(), **_GREETING)


def _run(demo: _DemoRun, team_id: UUID, now: datetime) -> JobRun:
    queued_at = now - timedelta(minutes=demo.minutes_ago)
    # Each further attempt comes some time after the one before.
    due_at = queued_at + timedelta(seconds=40 * len(demo.failures))
    started_at = due_at + timedelta(seconds=demo.waited_seconds)
    is_cancelled = demo.state is JobState.CANCELLED
    failures = [
        _failure(number, queued_at + timedelta(seconds=40 * (number - 1)), error)
        for number, error in enumerate(demo.failures, start=1)
    ]
    attempt = 0 if is_cancelled else len(failures) + 1
    ended_at = started_at + timedelta(seconds=demo.seconds)
    if demo.state is JobState.DEAD:
        failures.append(_failure(attempt, started_at, demo.error or ""))
    return JobRun(
        id=id_at(queued_at),
        team_id=team_id,
        queue="default",
        task=demo.task,
        arguments=_GREETING if demo.task == "send_welcome_email" else _ids(demo.task),
        state=demo.state,
        attempt=attempt,
        max_attempts=_MAX_ATTEMPTS,
        progress=1.0 if demo.state is JobState.SUCCEEDED else 0.0,
        error=demo.error,
        failures=failures,
        worker=None if is_cancelled else _WORKER,
        scheduled_at=due_at,
        queued_at=queued_at,
        started_at=None if is_cancelled else started_at,
        heartbeat_at=None if is_cancelled else started_at,
        finished_at=ended_at,
    )


def _ids(task: str) -> dict[str, str]:
    return {"delivery_id" if task == "process_invoice" else "invitation_id": str(new_id())}


def _failure(attempt: int, started_at: datetime, error: str) -> dict[str, Any]:
    ended_at = started_at + timedelta(seconds=1.1)
    return {
        "attempt": attempt,
        "worker": _WORKER,
        "started_at": started_at.isoformat(),
        "ended_at": ended_at.isoformat(),
        "error": error,
    }


def _log_lines(run: JobRun) -> list[JobLogLine]:
    """As the runner and the tasks log: what an attempt did, and how it ended."""
    ends = {int(failure["attempt"]): "task_failed" for failure in run.failures}
    if run.state is JobState.DEAD:
        ends[run.attempt] = "task_dead"
    lines: list[JobLogLine] = []
    for attempt in range(1, run.attempt + 1):
        began = run.started_at if attempt == run.attempt else run.queued_at + timedelta(seconds=40 * (attempt - 1))
        assert began is not None
        end = ends.get(attempt, "task_succeeded")
        level = {"task_succeeded": "info", "task_failed": "warning"}.get(end, "error")
        told = [("info", "document rendered", {"pages": 1})] if run.task == "process_invoice" else []
        for number, (level_of_line, event, fields) in enumerate([*told, (level, end, {"seconds": 1.1})], start=1):
            at = began + timedelta(seconds=0.4 * number)
            lines.append(
                JobLogLine(
                    team_id=run.team_id,
                    run_id=run.id,
                    attempt=attempt,
                    number=number,
                    at=at,
                    level=level_of_line,
                    event=event,
                    fields=fields,
                )
            )
    return lines


def _cancelling(run: JobRun, owner_id: UUID) -> JobAction:
    assert run.finished_at is not None
    return JobAction(
        id=new_id(),
        team_id=run.team_id,
        run_id=run.id,
        action="cancel",
        subject=run.task,
        detail={},
        by_id=owner_id,
        at=run.finished_at,
    )


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _statistic(team_id: UUID, minute: datetime, task: str, runs: list[_DemoRun]) -> JobStatistic:
    return JobStatistic(
        team_id=team_id,
        minute=minute,
        queue="default",
        task=task,
        succeeded=sum(run.state is JobState.SUCCEEDED for run in runs),
        failed=sum(len(run.failures) for run in runs),
        dead=sum(run.state is JobState.DEAD for run in runs),
        wait_seconds_sum=sum(run.waited_seconds for run in runs),
        wait_seconds_max=max(run.waited_seconds for run in runs),
        run_seconds_sum=sum(run.seconds for run in runs),
        run_seconds_max=max(run.seconds for run in runs),
    )
