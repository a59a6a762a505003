"""What a running task is given: SAQ's context, and the transactions of its own attempt."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.db.session import SessionFactory, enter_scope, transaction
from app.db.tenancy import TenantScope
from app.queue.errors import LeaseLost
from app.queue.notes import Notes, progress_of
from app.queue.repositories import JobRunRepository, Lease


class TaskContext(dict[str, Any]):
    """SAQ's context (`ctx["worker"]`, `ctx["job"]`) with the run that it belongs to."""

    def __init__(
        self,
        saq_context: Mapping[str, Any],
        *,
        lease: Lease,
        max_attempts: int,
        settings: Settings,
        sessions: SessionFactory,
        notes: Notes | None = None,
    ) -> None:
        super().__init__(saq_context)
        self._lease = lease
        self._max_attempts = max_attempts
        self.settings = settings
        self.sessions = sessions
        self.has_succeeded = False
        self._notes = notes

    @property
    def run_id(self) -> UUID:
        return self._lease.run_id

    @property
    def team_id(self) -> UUID | None:
        return self._lease.team_id

    @property
    def attempt(self) -> int:
        return self._lease.attempt

    @property
    def is_last_attempt(self) -> bool:
        """Whether a failure of this attempt is final: the moment to tell the people concerned."""
        return self.attempt >= self._max_attempts

    @asynccontextmanager
    async def session(self, *, team_id: UUID | None = None, ends_run: bool = False) -> AsyncGenerator[AsyncSession]:
        """One transaction for this run's team, or for another one when the system works through all of them.

        It commits only while this attempt holds its lease, and keeps the lease until then: an attempt that was taken for dead
        commits nothing. With `ends_run` the run succeeds by the same commit: a worker killed just after it leaves nothing to repeat,
        and a cancellation comes before all of it or too late. What the task returns is then not stored.
        """
        scope = TenantScope(team_id=team_id or self.team_id)
        async with transaction(self.sessions, scope) as session:
            yield session
            await session.flush()
            if scope.team_id != self.team_id:
                await enter_scope(session, TenantScope(team_id=self.team_id))
            runs = JobRunRepository(session)
            if not await (runs.succeed if ends_run else runs.hold)(self._lease):
                raise LeaseLost(self.run_id, self.attempt)
        self.has_succeeded = self.has_succeeded or ends_run

    async def progress(self, done: float, total: float | None = None, message: str | None = None) -> None:
        """Show how much of the work is done: a fraction from 0 to 1, or so many of how many; as often as one likes.

        It is written twice a second; an attempt that has lost its lease is stopped then.
        """
        progress = progress_of(done, total, message)
        if self._notes is not None:
            self._notes.note_progress(progress)
            await asyncio.sleep(0)  # whoever counts in a long loop lets the heartbeat through
            return
        async with transaction(self.sessions, TenantScope(team_id=self.team_id)) as session:
            if not await JobRunRepository(session).set_progress(self._lease, progress):
                raise LeaseLost(self.run_id, self.attempt)
