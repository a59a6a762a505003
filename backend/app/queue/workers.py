"""The rows by which people see the workers: written every five seconds, gone at a clean stop or ten minutes after an unclean one."""

import os
import socket
from time import monotonic
from typing import Any

import msgspec
import structlog

from app.queue.connection import AWAY, CONTENDED, QueueConnection

logger = structlog.stdlib.get_logger(__name__)

_EVERY_SECONDS = 5.0

_WRITE = """
    INSERT INTO job_workers (id, queue, hostname, pid, version, concurrency, tasks, started_at, heartbeat_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, clock_timestamp(), clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET heartbeat_at = clock_timestamp()
"""
_STOPPING = "UPDATE job_workers SET stopping_at = clock_timestamp() WHERE id = $1 AND stopping_at IS NULL"
_FORGET = "DELETE FROM job_workers WHERE id = $1"
_FORGET_SILENT = "DELETE FROM job_workers WHERE queue = $1 AND heartbeat_at < clock_timestamp() - interval '10 minutes'"


class WorkerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a worker as it starts."""

    id: str
    version: str
    concurrency: int
    tasks: list[str]


class WorkerRow:
    """This worker's own row."""

    def __init__(self, connection: QueueConnection, queue: str, facts: WorkerFacts) -> None:
        self._connection = connection
        self._facts = facts
        self._values = [facts.id[:120], queue, socket.gethostname()[:255], os.getpid(), facts.version[:40]]
        self._values += [facts.concurrency, msgspec.json.encode(sorted(facts.tasks)).decode()]
        self._written_at: float | None = None

    async def beat(self) -> None:
        """Write it again, when it is time."""
        if self._written_at is None or monotonic() - self._written_at >= _EVERY_SECONDS:
            await self._execute(_WRITE, *self._values)
            self._written_at = monotonic()

    async def say_stopping(self) -> None:
        await self._execute_if_possible(_STOPPING, self._values[0])

    async def forget(self) -> None:
        await self._execute_if_possible(_FORGET, self._values[0])

    async def _execute(self, statement: str, *values: Any) -> None:
        pool = await self._connection.pool()
        await pool.execute(statement, *values)

    async def _execute_if_possible(self, statement: str, *values: Any) -> None:
        try:
            await self._execute(statement, *values)
        except AWAY + CONTENDED as error:
            logger.warning("worker_row_not_written", error=type(error).__name__)


async def forget_silent_workers(connection: QueueConnection, queue: str) -> None:
    pool = await connection.pool()
    await pool.execute(_FORGET_SILENT, queue)
