"""A process that enqueues in transactions as requests do, half of which are rolled back; it may be killed at any moment."""

import asyncio
import sys

from sqlalchemy import text

from app.config import get_settings
from app.db.engine import create_engine
from app.db.session import SessionFactory, create_session_factory, transaction
from app.db.tenancy import TenantScope
from app.queue.enqueue import enqueue
from chaos import tasks as tasks  # registers them

_TOGETHER = 8
_NOTE = text("INSERT INTO chaos_committed (run_id) VALUES (:run_id)")


class RolledBack(Exception):
    """What a request meets after it enqueued."""


async def commit_every_second_one(sessions: SessionFactory, transactions: int) -> None:
    numbers = iter(range(transactions))

    async def request() -> None:
        for number in numbers:
            try:
                async with transaction(sessions, TenantScope()) as session:
                    run_id = await enqueue(session, "chaos_work")
                    await session.execute(_NOTE, {"run_id": run_id})
                    if number % 2:
                        raise RolledBack
            except RolledBack:
                continue

    async with asyncio.TaskGroup() as requests:
        for _ in range(_TOGETHER):
            requests.create_task(request())


if __name__ == "__main__":
    asyncio.run(
        commit_every_second_one(create_session_factory(create_engine(get_settings().database)), int(sys.argv[1]))
    )
