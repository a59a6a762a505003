"""Waking idle workers after a commit, never in it: NOTIFY makes the commits of all that notify wait for one another's disk writes.

A nudge that is lost with its process costs a second: idle workers look that often by themselves.
"""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakKeyDictionary

import asyncpg
import structlog
from sqlalchemy import event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

logger = structlog.stdlib.get_logger(__name__)

_NOTIFY = text("SELECT pg_notify(:channel, :message)")
# One for all sessions of an engine and a channel, so that a busy process notifies once for many commits.
_nudgers: WeakKeyDictionary[AsyncEngine, dict[str, "Nudger"]] = WeakKeyDictionary()


class Nudger:
    """Notifies soon, once for however many asked in the meantime."""

    def __init__(self, notify: Callable[[], Awaitable[object]]) -> None:
        self._notify = notify
        self._is_wanted = False
        self._notifying: asyncio.Task[None] | None = None

    def nudge(self) -> None:
        self._is_wanted = True
        if self._notifying is None or self._notifying.done():
            self._notifying = asyncio.get_running_loop().create_task(self._notify_while_wanted())

    async def finish(self) -> None:
        """Wait until whoever is to be woken is."""
        if self._notifying is not None:
            await asyncio.wait([self._notifying])

    async def _notify_while_wanted(self) -> None:
        while self._is_wanted:
            self._is_wanted = False
            try:
                await self._notify()
            except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                logger.warning("worker_not_woken", error=type(error).__name__)


def nudge_after_commit(session: AsyncSession, channel: str, message: str) -> None:
    """Wake the workers that listen on the channel as soon as the session's transaction is committed."""
    engine = session.bind
    if not isinstance(engine, AsyncEngine):
        return  # a test's session inside its own connection: nobody else can see what it wrote
    nudgers = _nudgers.setdefault(engine, {})
    nudger = nudgers.get(channel)
    if nudger is None:
        nudger = nudgers[channel] = Nudger(_notifying(engine, channel, message))
    _listen_once(session.sync_session, nudger)


def _notifying(engine: AsyncEngine, channel: str, message: str) -> Callable[[], Awaitable[None]]:
    async def notify() -> None:
        async with engine.begin() as connection:
            await connection.execute(_NOTIFY, {"channel": channel, "message": message})

    return notify


def _listen_once(session: Session, nudger: Nudger) -> None:
    pending = session.info.setdefault("nudgers", set())
    if nudger in pending:
        return
    pending.add(nudger)

    def committed(_session: Session) -> None:
        pending.discard(nudger)
        nudger.nudge()

    event.listen(session, "after_commit", committed, once=True)
