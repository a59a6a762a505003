"""What the processes of all systems share: the standard library and uvloop only, since the peers live in an environment of their own."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, Final

import uvloop

ENQUEUERS: Final = 20
TASK: Final = "no_op"
URL = os.environ.get("BENCH_URL", "")
JOBS = int(os.environ.get("BENCH_JOBS", "0"))

type Role = Callable[[], Coroutine[Any, Any, object]]


def play(*, run_worker: Callable[[Coroutine[Any, Any, object]], object] = asyncio.run, **roles: Role) -> None:
    """Run the role that the command line names and print what it returns; a worker runs on the event loop of its own command."""
    name = sys.argv[1]
    run = run_worker if name == "work" else uvloop.run
    print(run(roles[name]()))


async def enqueue_together(enqueue: Callable[[], Awaitable[object]]) -> float:
    """Return how many jobs a second twenty enqueuers put in, each waiting for its own before the next."""
    numbers = iter(range(JOBS))

    async def enqueuer() -> None:
        for _ in numbers:
            await enqueue()

    started_at = time.monotonic()
    async with asyncio.TaskGroup() as enqueuers:
        for _ in range(ENQUEUERS):
            enqueuers.create_task(enqueuer())
    return JOBS / (time.monotonic() - started_at)


class Marks:
    """Tells the measuring process when tasks ran, the first and the last or every one, by the clock that all processes share."""

    def __init__(self) -> None:
        self._file = Path(os.environ["BENCH_MARKS"]).open("a", buffering=1)  # noqa: SIM115 - open as long as the worker
        self._ran = 0

    def ran(self, name: object = "") -> None:
        self._ran += 1
        if self._ran == 1 or self._ran == JOBS or not JOBS:  # noqa: PLR1714 - no set on the hot path
            self._file.write(f"{time.monotonic()} {name}\n")
