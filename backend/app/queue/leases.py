"""The attempts that this worker holds: kept alive together, and stopped when one is lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from operator import attrgetter
from time import monotonic
from uuid import UUID

import structlog

from app.queue.connection import AWAY, CONTENDED
from app.queue.notes import Notes
from app.queue.repositories import ClaimedRun, Lease

logger = structlog.stdlib.get_logger(__name__)

_BEAT_SECONDS = 1.0
_BEATS_PER_HEARTBEAT = 3
# Time for a second try on another connection before the shortest usual heartbeat is over.
_BEAT_TIMEOUT_SECONDS = 4.0
# After the database was away nobody could beat: others get this long to do it before their runs are taken from them.
_MERCY_SECONDS = 5.0


class HeldRun:
    """An attempt of this worker, from the moment it was taken until its end is written."""

    def __init__(self, run: ClaimedRun, notes: Notes) -> None:
        self.run = run
        self.notes = notes
        self.is_lost = False
        self.is_overdue = False
        self._work: asyncio.Task[object] | None = None
        self._limit: asyncio.TimerHandle | None = None

    @property
    def lease(self) -> Lease:
        return self.run.lease

    def begin(self) -> None:
        """Say that the calling task works on it: losing the lease, or taking too long, cancels that task."""
        self._work = asyncio.current_task()
        self._limit = asyncio.get_running_loop().call_later(self.run.timeout_seconds, self._overrun)

    def end(self) -> None:
        self._work = None
        if self._limit is not None:
            self._limit.cancel()

    def lose(self) -> None:
        self.is_lost = True
        self._cancel()

    def _overrun(self) -> None:
        self.is_overdue = True
        self._cancel()

    def _cancel(self) -> None:
        if self._work is not None:
            self._work.cancel()


class HeldRuns:
    def __init__(self, beat: Callable[[Sequence[Lease]], Awaitable[set[UUID]]]) -> None:
        self._beat = beat
        self._held: dict[UUID, HeldRun] = {}
        self._beating: asyncio.Task[None] | None = None
        self._in_touch_since: float | None = None

    def __len__(self) -> int:
        return len(self._held)

    @property
    def has_been_in_touch(self) -> bool:
        """Whether the database has answered for long enough to judge who is gone."""
        return self._in_touch_since is not None and monotonic() - self._in_touch_since >= _MERCY_SECONDS

    def add(self, run: ClaimedRun, notes: Notes) -> HeldRun:
        held = self._held[run.lease.run_id] = HeldRun(run, notes)
        return held

    def get(self, run_id: UUID) -> HeldRun | None:
        return self._held.get(run_id)

    def forget(self, lease: Lease) -> None:
        held = self._held.get(lease.run_id)
        if held is not None and held.lease.attempt == lease.attempt:
            del self._held[lease.run_id]

    def start(self) -> None:
        if self._beating is None:
            self._beating = asyncio.create_task(self._beat_again_and_again())

    async def stop(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.wait([self._beating])
            self._beating = None

    async def _beat_again_and_again(self) -> None:
        while True:
            shortest = min((held.run.heartbeat_seconds for held in self._held.values()), default=12)
            await asyncio.sleep(min(_BEAT_SECONDS, shortest / _BEATS_PER_HEARTBEAT))
            try:
                async with asyncio.timeout(_BEAT_TIMEOUT_SECONDS):
                    await self.beat_once()
            except AWAY as error:
                # Back before the sweep gives the runs away, or not: until then nobody else can take them either.
                self._in_touch_since = None
                logger.warning("heartbeat_failed", error=type(error).__name__)
            except CONTENDED as error:
                logger.warning("heartbeat_failed", error=type(error).__name__)
            except Exception:
                logger.exception("heartbeat_failed")

    async def beat_once(self) -> None:
        # By id, as every statement that locks several.
        leases = sorted((held.lease for held in self._held.values()), key=attrgetter("run_id"))
        kept = await self._beat(leases)
        if self._in_touch_since is None:
            self._in_touch_since = monotonic()
        for lease in leases:
            held = self._held.get(lease.run_id)
            if lease.run_id not in kept and held is not None and held.lease == lease and not held.is_lost:
                held.lose()
