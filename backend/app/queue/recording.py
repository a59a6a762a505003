"""Enqueuing together: whoever comes while a commit is under way shares the next one. Alone, nobody waits for others."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from app.queue.repositories import NewRun

_LARGEST_BATCH = 100
_CONNECTIONS = 2  # while one commit waits for the disk, the next is prepared


class Recording:
    def __init__(self, record: Callable[[Sequence[NewRun]], Awaitable[set[UUID]]]) -> None:
        self._record = record
        self._waiting: list[tuple[NewRun, asyncio.Future[bool]]] = []
        self._running: set[asyncio.Task[None]] = set()

    async def record(self, run: NewRun) -> bool:
        """Return once the run is committed: true, or false when its id or key was taken."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((run, future))
        if len(self._running) < _CONNECTIONS:
            task = asyncio.create_task(self._record_waiting())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await future

    async def _record_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_LARGEST_BATCH], self._waiting[_LARGEST_BATCH:]
            try:
                await self._settle(batch)
            except Exception as error:  # noqa: BLE001 - raised where it is waited for
                if len(batch) == 1:
                    _fail(batch[0][1], error)
                    continue
                for one in batch:  # what fails one must not fail the others
                    try:
                        await self._settle([one])
                    except Exception as own_error:  # noqa: BLE001
                        _fail(one[1], own_error)

    async def _settle(self, batch: Sequence[tuple[NewRun, asyncio.Future[bool]]]) -> None:
        recorded = await self._record([run for run, _ in batch])
        for run, future in batch:
            if not future.done():
                future.set_result(run.id in recorded)


def _fail(future: asyncio.Future[bool], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
