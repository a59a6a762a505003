"""Writing down how attempts ended: many in one commit, patient with a database that is away, nothing forgotten at a stop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec
import structlog

from app.queue.connection import AWAY, CONTENDED
from app.queue.repositories import Lease, NewRun

logger = structlog.stdlib.get_logger(__name__)

_WINDOW_SECONDS = 0.002
_LARGEST_BATCH = 500
# Whoever ends more than this while the database does not answer waits, and so takes no more runs either.
_MOST_UNWRITTEN = 2000
_RETRY_SECONDS = (0.1, 0.5, 1.0, 2.0)


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How one attempt ended. A failure that is not final waits for the next attempt, until `next_attempt_at` or not at all."""

    lease: Lease
    is_success: bool
    result_json: str | None = None
    error: str | None = None
    is_final: bool = True
    next_attempt_at: datetime | None = None
    # Recorded by the same commit, if the run dies.
    follower: NewRun | None = None


class Endings:
    def __init__(self, write: Callable[[Sequence[Ending]], Awaitable[None]]) -> None:
        self._write = write
        self._unwritten: list[Ending] = []
        self._arrived = asyncio.Event()
        self._written = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_again_and_again())

    async def add(self, ending: Ending) -> None:
        """Have it written soon; without `start`, at once."""
        self._unwritten.append(ending)
        if self._writing is None:
            await self._write_batch()
            return
        self._arrived.set()
        while len(self._unwritten) >= _MOST_UNWRITTEN:
            self._written.clear()
            await self._written.wait()

    async def stop(self) -> None:
        """Write what is left, or leave it to the sweep when the database stays away."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.wait([self._writing])
            self._writing = None
        for delay_seconds in _RETRY_SECONDS:
            if not self._unwritten:
                return
            try:
                await self._write_batch()
            except AWAY + CONTENDED as error:
                logger.warning("endings_not_written_yet", runs=len(self._unwritten), error=type(error).__name__)
                await asyncio.sleep(delay_seconds)
        if self._unwritten:
            logger.error("endings_not_written", runs=[str(ending.lease.run_id) for ending in self._unwritten])

    async def _write_again_and_again(self) -> None:
        failures = 0
        while True:
            await self._arrived.wait()
            if len(self._unwritten) < _LARGEST_BATCH:
                await asyncio.sleep(_WINDOW_SECONDS)
            try:
                await self._write_batch()
                failures = 0
            except Exception as error:
                if not isinstance(error, AWAY + CONTENDED):
                    logger.exception("endings_not_written_yet", runs=len(self._unwritten))
                else:
                    logger.warning("endings_not_written_yet", runs=len(self._unwritten), error=type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS[min(failures, len(_RETRY_SECONDS) - 1)])
                failures += 1
            if not self._unwritten:
                self._arrived.clear()
            self._written.set()

    async def _write_batch(self) -> None:
        # They leave the list when they are written: a cancellation or a failed commit must not lose them.
        batch = self._unwritten[:_LARGEST_BATCH]
        if not batch:
            return
        try:
            await self._write(batch)
        except (*AWAY, *CONTENDED):
            raise
        except Exception:
            logger.exception("endings_written_one_by_one", runs=len(batch))
            for ending in batch:
                await self._write_alone(ending)
        del self._unwritten[: len(batch)]

    async def _write_alone(self, ending: Ending) -> None:
        """One ending that the database refuses must not keep the others: it is written without its result, or left to the sweep."""
        for attempt in (
            ending,
            msgspec.structs.replace(ending, result_json=None, error="The error could not be stored."),
        ):
            try:
                await self._write([attempt])
            except (*AWAY, *CONTENDED):
                raise
            except Exception:
                logger.exception("ending_refused", run_id=str(ending.lease.run_id))
            else:
                return
