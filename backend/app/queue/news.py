"""Telling open consoles whose runs changed: gathered in the worker, at most four times a second and all teams at once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from uuid import UUID

import structlog

from app.queue.connection import AWAY, CONTENDED
from app.queue.steering import OF_SYSTEM

logger = structlog.stdlib.get_logger(__name__)

_WINDOW_SECONDS = 0.25
_MOST_TEAMS = 1000


class News:
    def __init__(self, send: Callable[[Sequence[str]], Awaitable[object]]) -> None:
        self._send = send
        self._teams: set[UUID | None] = set()
        self._sending: asyncio.Task[None] | None = None

    def of(self, teams: Iterable[UUID | None]) -> None:
        """Runs of these teams, or with None of the system, are no longer as they were shown."""
        self._teams.update(teams)
        if self._teams and (self._sending is None or self._sending.done()):
            self._sending = asyncio.get_running_loop().create_task(self._send_while_there_are())

    async def stop(self) -> None:
        if self._sending is not None:
            await asyncio.wait([self._sending])

    async def _send_while_there_are(self) -> None:
        while self._teams:
            teams, self._teams = self._teams, set()
            messages = sorted(OF_SYSTEM if team_id is None else str(team_id) for team_id in teams)
            try:
                for start in range(0, len(messages), _MOST_TEAMS):
                    await self._send(messages[start : start + _MOST_TEAMS])
            except AWAY + CONTENDED as error:
                # Pages look by themselves when they reconnect.
                logger.warning("news_not_sent", teams=len(messages), error=type(error).__name__)
            await asyncio.sleep(_WINDOW_SECONDS)
