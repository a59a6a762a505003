"""Workers for tests: one on this event loop, or a process of its own that may be killed.

Any test may use `WorkerProcess`; `app_path` names the Litestar application whose tasks it runs.
"""

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import STDOUT, Popen
from typing import Self
from uuid import UUID

from litestar_saq import CronJob
from saq.types import Context

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.models import JobRun, JobState
from app.queue.config import build_queue_config
from app.queue.worker import build_queue_plugin

BACKEND_DIR = Path(__file__).resolve().parents[2]
SAMPLE_APP = "tests.queue.worker_app:app"
type Hook = Callable[[Context], Awaitable[None]]
OVER = frozenset({JobState.SUCCEEDED, JobState.DEAD, JobState.CANCELLED})


@asynccontextmanager
async def running_worker(
    settings: Settings, sessions: SessionFactory, cron_jobs: Sequence[CronJob] = (), **hooks: list[Hook]
) -> AsyncGenerator[None]:
    """Run a worker on this loop; it shares the test's connections, so it must not close them."""
    config = build_queue_config(settings, sessions, cron_jobs=cron_jobs)
    worker = build_queue_plugin(config).get_workers()["default"]
    worker.SIGNALS = []
    for name, hook in hooks.items():
        setattr(worker, name, hook)
    worker._shutdown_grace_period_s = 0  # tests wait for their runs, not for its timers
    worker.shutdown = None  # disconnecting ends the work
    await worker.queue.connect()
    stale_event = worker.event
    running = asyncio.create_task(worker.start())
    while worker.event is stale_event:  # noqa: ASYNC110 - it makes a new one as it starts
        await asyncio.sleep(0)
    try:
        yield
    finally:
        worker.event.set()
        await running
        await worker.queue.disconnect()


class WorkerProcess:
    """`litestar workers run` as its own process."""

    def __init__(
        self, settings: Settings, app_path: str = SAMPLE_APP, *, arguments: Sequence[str] = (), **environment: str
    ) -> None:
        self._log = tempfile.NamedTemporaryFile("w+", suffix=".worker.log")  # noqa: SIM115 - lives as long as the process
        self._environment = {
            **os.environ,
            "APP_ENV": "testing",
            "DATABASE_URL": settings.database.url,
            "DATABASE_OWNER_URL": settings.database.owner_url,
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self._command = [sys.executable, "-m", "litestar", "--app", app_path, "workers", "run", *arguments]
        self._process: Popen[str] | None = None

    def __enter__(self) -> Self:
        self._process = Popen(
            self._command,
            cwd=BACKEND_DIR,
            env=self._environment,
            stdout=self._log,
            stderr=STDOUT,
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
        self._log.close()

    @property
    def process(self) -> Popen[str]:
        assert self._process is not None
        return self._process

    @property
    def output(self) -> str:
        return Path(self._log.name).read_text()

    def kill(self) -> None:
        """SIGKILL: no handler runs, as when the machine goes away."""
        self.process.kill()
        self.process.wait()

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def terminate(self, *, within_seconds: float) -> None:
        """SIGTERM; fails when it has not stopped in time."""
        self.signal(signal.SIGTERM)
        await wait_until(
            self._has_ended, within_seconds=within_seconds, what=lambda: f"the worker to stop:\n{self.output}"
        )

    async def _has_ended(self) -> bool:
        return self.process.poll() is not None


async def wait_until(
    condition: Callable[[], Awaitable[bool]],
    *,
    within_seconds: float,
    what: Callable[[], str] = lambda: "the condition",
) -> None:
    deadline = time.monotonic() + within_seconds
    while not await condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {within_seconds} s for {what()}")
        await asyncio.sleep(0.05)


async def read_run(sessions: SessionFactory, run_id: UUID, team_id: UUID | None = None) -> JobRun | None:
    async with transaction(sessions, TenantScope(team_id=team_id)) as session:
        return await session.get(JobRun, run_id)


async def wait_for_run(
    sessions: SessionFactory,
    run_id: UUID,
    team_id: UUID | None = None,
    *,
    states: frozenset[JobState] = OVER,
    within_seconds: float = 40,  # a worker process takes long to start on a busy machine
) -> JobRun:
    """Wait until the run is in one of the states, by default over."""
    found: list[JobRun] = []

    async def is_there() -> bool:
        run = await read_run(sessions, run_id, team_id)
        if run is not None and run.state in states:
            found.append(run)
        return bool(found)

    await wait_until(
        is_there, within_seconds=within_seconds, what=lambda: f"run {run_id} to be {' or '.join(sorted(states))}"
    )
    return found[0]
