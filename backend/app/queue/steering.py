"""What people do to runs, in SQL: on the ledger and on SAQ's table of waiting jobs at once, with the locks of repositories.py."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.queue.nudging import nudge_after_commit
from app.queue.repositories import ENQUEUED_MESSAGE, PRIORITY_STEP_SECONDS, channel_of

# Says which team's runs changed, or "system"; the API's streams pass it on (events/hub.py).
JOBS_CHANNEL = "quittance_jobs"
OF_SYSTEM = "system"

# Rows are locked by id, so that two people who cancel the same hundred do not wait for each other in a circle.
_CANCEL = text("""
    WITH chosen AS MATERIALIZED (
        SELECT id FROM job_runs WHERE id = ANY(:ids) AND state IN ('queued', 'running') ORDER BY id FOR UPDATE
    ), run AS (
        UPDATE job_runs SET state = 'cancelled', error = :reason, finished_at = clock_timestamp()
          FROM chosen WHERE job_runs.id = chosen.id RETURNING job_runs.id
    ), job AS (
        DELETE FROM saq_jobs USING run WHERE key = run.id::text
    )
    SELECT id FROM run
""").bindparams(bindparam("ids", type_=ARRAY(Uuid())), bindparam("reason", type_=Text()))

_START_NOW = text("""
    WITH run AS (
        UPDATE job_runs SET scheduled_at = clock_timestamp()
         WHERE id = :id AND state = 'queued' AND scheduled_at > clock_timestamp() RETURNING id, queue
    ), job AS (
        UPDATE saq_jobs SET status = 'queued', scheduled = floor(extract(epoch FROM clock_timestamp())),
               rank = extract(epoch FROM clock_timestamp()) + priority * :step_seconds
          FROM run WHERE key = run.id::text
    )
    SELECT id, queue FROM run
""").bindparams(bindparam("id", type_=Uuid()), bindparam("step_seconds", type_=Integer()))

_NOTIFY = text("SELECT pg_notify(:channel, :message)")


class SteeringRepository:
    """In a transaction of the runs' own team, or of the system for its runs."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def cancel(self, run_ids: Sequence[UUID], *, reason: str) -> set[UUID]:
        """End those that wait or work, and return which; a working attempt loses its lease at once."""
        found = await self._session.scalars(_CANCEL, {"ids": list(run_ids), "reason": reason})
        return set(found.all())

    async def start_now(self, run_id: UUID) -> bool:
        """Let a run that waits for its moment, or for its next attempt, be due at once; false when it does not wait for that."""
        values = {"id": run_id, "step_seconds": PRIORITY_STEP_SECONDS}
        row = (await self._session.execute(_START_NOW, values)).one_or_none()
        if row is None:
            return False
        self.wake(row.queue)
        return True

    def wake(self, queue: str) -> None:
        """Have the workers look once this is committed."""
        nudge_after_commit(self._session, channel_of(queue), ENQUEUED_MESSAGE)

    async def announce(self, team_id: UUID | None) -> None:
        """Have open pages look when this commits."""
        await self._session.execute(_NOTIFY, {"channel": JOBS_CHANNEL, "message": str(team_id or OF_SYSTEM)})


def team_of_announcement(message: str) -> UUID | None:
    return None if message == OF_SYSTEM else UUID(message)
