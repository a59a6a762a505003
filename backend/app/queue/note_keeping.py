"""Writing down what running attempts say: twice a second for all of them at once, and before an attempt's end."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec
import structlog

from app.queue import statements
from app.queue.connection import AWAY, CONTENDED
from app.queue.notes import Line, Notes, Progress
from app.queue.repositories import Lease

logger = structlog.stdlib.get_logger(__name__)

_WINDOW_SECONDS = 0.5
# What is said while the database is away is kept up to here: it must never fill the memory.
_MOST_UNWRITTEN_LINES = 20_000


class Said(msgspec.Struct, frozen=True):
    """What one attempt said since the last time."""

    lease: Lease
    progress: Progress | None
    lines: list[Line]


class NoteKeeper:
    def __init__(self, write: Callable[[Sequence[Said]], Awaitable[None]]) -> None:
        self._write = write
        self._unwritten: dict[Lease, Notes] = {}
        self._has_some = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._writing: asyncio.Task[None] | None = None

    def notes_of(self, lease: Lease) -> Notes:
        """Where the attempt says something."""

        def on_first() -> None:
            self._unwritten[lease] = notes
            self._has_some.set()

        notes = Notes(on_first, asyncio.get_running_loop())
        return notes

    def start(self) -> None:
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_again_and_again())

    async def stop(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.wait([self._writing])
            self._writing = None
        await self.flush()

    async def flush(self) -> None:
        """Write what there is; whoever waits here for another one's writing finds their own written too. Never an error."""
        async with self._one_at_a_time:
            unwritten, self._unwritten = self._unwritten, {}
            if not unwritten:
                return
            said = [Said(lease, *notes.take()) for lease, notes in unwritten.items()]
            try:
                await self._write(said)
            except AWAY + CONTENDED as error:
                logger.warning("notes_not_written_yet", attempts=len(said), error=type(error).__name__)
                self._put_back(said, unwritten)
            except asyncio.CancelledError:
                self._put_back(said, unwritten)
                raise
            except Exception:
                logger.exception("notes_not_written", attempts=len(said))

    def _put_back(self, said: Sequence[Said], unwritten: dict[Lease, Notes]) -> None:
        lines = 0
        for each in said:
            lines += len(each.lines)
            if lines <= _MOST_UNWRITTEN_LINES:
                notes = self._unwritten[each.lease] = unwritten[each.lease]
                notes.put_back(each.progress, each.lines)

    async def _write_again_and_again(self) -> None:
        while True:
            await self._has_some.wait()
            self._has_some.clear()
            await asyncio.sleep(_WINDOW_SECONDS)
            await self.flush()
            if self._unwritten:
                self._has_some.set()


async def write_notes(pool: Any, said: Sequence[Said]) -> list[Lease]:
    """Write what was said; return the attempts that have no right to say anything any more."""
    lines = [(each.lease, line) for each in said for line in each.lines]
    if lines:
        columns = ("number", "at", "level", "event", "fields_json")
        await pool.execute(
            statements.KEEP_LINES,
            *_arrays([lease for lease, _ in lines]),
            *([getattr(line, column) for _, line in lines] for column in columns),
        )
    progressed = {each.lease: each.progress for each in said if each.progress is not None}
    if not progressed:
        return []
    columns = ("fraction", "done", "total", "message")
    rows = await pool.fetch(
        statements.SET_PROGRESS,
        *_arrays(list(progressed)),
        *([getattr(progress, column) for progress in progressed.values()] for column in columns),
    )
    kept = {row["id"] for row in rows}
    return [lease for lease in progressed if lease.run_id not in kept]


def _arrays(leases: Sequence[Lease]) -> tuple[list[UUID], list[int]]:
    return [lease.run_id for lease in leases], [lease.attempt for lease in leases]
