"""What enqueues into the application's own queue: as a route without a session does, inside transactions, and at a steady pace."""

import asyncio
import time

from app.config import get_settings
from app.db.engine import create_engine
from app.db.session import SessionFactory, create_session_factory, transaction
from app.db.tenancy import TenantScope
from app.queue.config import build_queue_config
from app.queue.enqueue import enqueue as enqueue_in
from app.queue.postgres import LedgerQueue
from app.queue.worker import build_queue_plugin
from benchmarks.queue import ours_task as ours_task  # registers it
from benchmarks.queue.process import JOBS, TASK, enqueue_together, play

PACE_SECONDS = 0.02


def build() -> tuple[LedgerQueue, SessionFactory]:
    settings = get_settings()
    sessions = create_session_factory(create_engine(settings.database))
    queue = build_queue_plugin(build_queue_config(settings, sessions)).get_workers()["default"].queue
    assert isinstance(queue, LedgerQueue)
    return queue, sessions


async def enqueue() -> float:
    queue, _ = build()
    return await enqueue_together(lambda: queue.enqueue(TASK))


async def enqueue_in_transactions() -> float:
    _, sessions = build()

    async def enqueue_once() -> None:
        async with transaction(sessions, TenantScope()) as session:
            await enqueue_in(session, TASK)

    return await enqueue_together(enqueue_once)


async def pace() -> str:
    """Enqueue one job every twenty milliseconds; return each one's id and when its call returned."""
    queue, _ = build()
    returned: list[str] = []
    started_at = time.monotonic()
    for number in range(JOBS):
        await asyncio.sleep(max(0, started_at + number * PACE_SECONDS - time.monotonic()))
        job = await queue.enqueue(TASK)
        assert job is not None
        returned.append(f"{time.monotonic()} {job.key}")
    return "\n".join(returned)


if __name__ == "__main__":
    play(enqueue=enqueue, enqueue_in_transactions=enqueue_in_transactions, pace=pace)
