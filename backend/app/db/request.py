"""The one session of a request: opened when first asked for, ended before the response starts."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import SessionFactory

_KEY = "quittance.session"
_FACTORY_KEY = "quittance.session_factory"

type Scope = MutableMapping[str, Any]
type Message = MutableMapping[str, Any]


def request_session(scope: Scope) -> AsyncSession:
    session: AsyncSession | None = scope.get(_KEY)
    if session is None:
        factory: SessionFactory = scope[_FACTORY_KEY]
        session = scope[_KEY] = factory()
    return session


class RequestSessions:
    """ASGI middleware: whatever a request leaves uncommitted is rolled back, and no connection is held while streaming."""

    def __init__(self, app: Callable[..., Awaitable[None]], factory: SessionFactory) -> None:
        self._app = app
        self._factory = factory

    async def __call__(self, scope: Scope, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope[_FACTORY_KEY] = self._factory

        async def send_after_release(message: Message) -> None:
            if message["type"] == "http.response.start":
                await _release(scope)
            await send(message)

        try:
            await self._app(scope, receive, send_after_release)
        finally:
            await _release(scope)


async def _release(scope: Scope) -> None:
    session: AsyncSession | None = scope.pop(_KEY, None)
    if session is not None and session.in_transaction():
        # Shielded: a browser that goes away cancels the request, and the connection must still come back clean.
        await asyncio.shield(session.close())
