"""SAQ's `Job`, made from what our tables know: no arguments, they stay in the ledger behind row-level security."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from saq.job import Job, Status
from saq.queue.base import Queue

from app.queue.enqueue import TIMEOUT_MARGIN_SECONDS
from app.queue.repositories import ClaimedRun, NewRun

# How `saq_jobs` is read for SAQ's page.
JOB = """
    SELECT key, task, team_id, status, priority, scheduled, heartbeat_seconds, timeout_seconds FROM saq_jobs WHERE queue = $1 AND key = $2
"""
JOBS = """
    SELECT key, task, team_id, status, priority, scheduled, heartbeat_seconds, timeout_seconds FROM saq_jobs
     WHERE queue = $1 ORDER BY key OFFSET $2 LIMIT 100
"""


def job_of_claimed(run: ClaimedRun, queue: Queue) -> Job:
    return Job(
        function=run.task,
        key=str(run.lease.run_id),
        queue=queue,
        timeout=run.timeout_seconds + TIMEOUT_MARGIN_SECONDS,
        heartbeat=run.heartbeat_seconds,
        retries=run.max_attempts,
        attempts=run.lease.attempt,
        status=Status.ACTIVE,
        priority=run.priority,
        meta=_meta(run.lease.team_id),
    )


def job_of_new(run: NewRun, queue: Queue) -> Job:
    return Job(
        function=run.task,
        key=str(run.id),
        queue=queue,
        timeout=run.timeout_seconds + TIMEOUT_MARGIN_SECONDS,
        heartbeat=run.heartbeat_seconds,
        retries=run.max_attempts,
        scheduled=int(run.scheduled_at.timestamp()) if run.scheduled_at else 0,
        status=Status.QUEUED,
        priority=run.priority,
        meta=_meta(run.team_id),
    )


def job_of_row(row: Mapping[str, Any], queue: Queue) -> Job:
    team_id = row["team_id"]
    return Job(
        function=row["task"],
        key=row["key"],
        queue=queue,
        timeout=row["timeout_seconds"] + TIMEOUT_MARGIN_SECONDS,
        heartbeat=row["heartbeat_seconds"],
        scheduled=row["scheduled"],
        status=row["status"],
        priority=row["priority"],
        meta=_meta(team_id if team_id.int else None),
    )


def _meta(team_id: UUID | None) -> dict[str, str | None]:
    return {"team_id": str(team_id) if team_id else None}
