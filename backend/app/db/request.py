"""The one session of a request: opened when first asked for, ended before the response starts."""

import asyncio

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import SessionFactory, discard

_KEY = "quittance.session"
_FACTORY_KEY = "quittance.session_factory"


def request_session(scope: Scope) -> AsyncSession:
    state = scope["state"]
    session: AsyncSession | None = state.get(_KEY)
    if session is None:
        factory: SessionFactory = state[_FACTORY_KEY]
        session = state[_KEY] = factory()
    return session


class RequestSessions:
    """ASGI middleware: whatever a request leaves uncommitted is rolled back, and no connection is held while streaming."""

    def __init__(self, app: ASGIApp, factory: SessionFactory) -> None:
        self._app = app
        self._factory = factory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["state"][_FACTORY_KEY] = self._factory

        async def send_after_release(message: Message) -> None:
            if message["type"] == "http.response.start":
                await _release(scope)
            await send(message)

        try:
            await self._app(scope, receive, send_after_release)
        except asyncio.CancelledError:
            session: AsyncSession | None = scope["state"].pop(_KEY, None)
            if session is not None:
                await discard(session)
            raise
        finally:
            await _release(scope)


async def _release(scope: Scope) -> None:
    session: AsyncSession | None = scope["state"].pop(_KEY, None)
    if session is not None and session.in_transaction():
        # Shielded: a browser that goes away cancels the request, and the connection must still come back clean.
        await asyncio.shield(session.close())
