"""The queue's own way to the database: asyncpg, few connections that see all teams' runs, and one that listens."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import asyncpg
import structlog

from app.config import DatabaseSettings
from app.db.credentials import asyncpg_arguments

_asyncpg: Any = asyncpg  # its functions carry no types
logger = structlog.stdlib.get_logger(__name__)

# What a database that restarts or is away looks like from here.
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,  # it shuts down, starts, or somebody ended this connection or statement
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidTransactionStateError,  # it is a standby, or was tired of a transaction of ours
    OSError,
    TimeoutError,
)
# Worth another try, but not a sign that the database is away.
CONTENDED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError)
_CONNECTIONS = 10
_CONNECT_SECONDS = 5
_RELISTEN_SECONDS = 1.0
# A connection whose other end is gone says nothing: who only listens has to ask now and then.
_PROBE_SECONDS = 10.0
_PROBE_TIMEOUT_SECONDS = 5.0


class QueueConnection:
    """A pool that opens nothing before it is needed: an API process that only enqueues in its requests needs none."""

    def __init__(self, database: DatabaseSettings, channel: str) -> None:
        self._url = database.url
        self._credentials = asyncpg_arguments(database)
        self._channel = channel
        self._pool: Any = None
        self._listening: asyncio.Task[None] | None = None

    async def pool(self) -> Any:
        """asyncpg's pool (its classes carry no types)."""
        if self._pool is None:
            pool: Any = _asyncpg.create_pool(
                self._url,
                **self._credentials,
                min_size=0,
                max_size=_CONNECTIONS,
                timeout=_CONNECT_SECONDS,
                command_timeout=30,
                server_settings=_settings("quittance-queue"),
                reset=_keep,
            )
            await pool
            self._pool = self._pool or pool
        return self._pool

    def listen(self, on_news: Callable[[], None]) -> None:
        """Call back on every notification, and after each reconnection, until `close`."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen(on_news))

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
            self._listening = None
        if self._pool is not None:
            pool, self._pool = self._pool, None
            try:
                await asyncio.wait_for(pool.close(), _CONNECT_SECONDS)
            except TimeoutError:
                pool.terminate()

    async def _listen(self, on_news: Callable[[], None]) -> None:
        while True:
            try:
                await self._listen_once(on_news)
            except AWAY as error:
                logger.warning("queue_listening_interrupted", error=type(error).__name__)
            except Exception:
                logger.exception("queue_listening_interrupted")
            await asyncio.sleep(_RELISTEN_SECONDS)

    async def _listen_once(self, on_news: Callable[[], None]) -> None:
        connection: Any = await _asyncpg.connect(
            self._url,
            **self._credentials,
            timeout=_CONNECT_SECONDS,
            server_settings=_settings("quittance-queue-listener"),
        )
        closed = asyncio.Event()
        try:
            connection.add_termination_listener(_set(closed))
            await connection.add_listener(self._channel, _call(on_news))
            on_news()  # what came while nobody listened
            while not await _is_set_within(closed, _PROBE_SECONDS):
                await connection.execute("SELECT 1", timeout=_PROBE_TIMEOUT_SECONDS)
        finally:
            connection.terminate()


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()


def _set(event: asyncio.Event) -> Callable[..., None]:
    return lambda *_: event.set()


def _call(function: Callable[[], None]) -> Callable[..., None]:
    return lambda *_: function()


async def _keep(_connection: object) -> None:
    """Nothing here changes a connection's settings, and asyncpg's own RESET costs a round trip for every statement."""


def _settings(name: str) -> dict[str, str]:
    return {
        "application_name": name,
        "app.queue": "on",
        # A worker that is frozen in the middle of taking jobs must not keep the others from it.
        "idle_in_transaction_session_timeout": "5000",
        "lock_timeout": "10000",
        "statement_timeout": "20000",
        "jit": "off",
        # Every statement here finds few rows by index, in tables whose size the planner's estimates should not decide about.
        "enable_seqscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
    }
