"""SIGTERM: first everybody is told to go elsewhere, and only then is nobody let in any more.

A load balancer needs a moment to notice; until then requests go on arriving here and are answered like all others.
"""

import asyncio
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.events.hub import EventHub

log = structlog.get_logger()


class Stopping:
    """Whether this process is on its way out."""

    def __init__(self, drain_seconds: float, hub: EventHub) -> None:
        self.has_begun = False
        self._drain_seconds = drain_seconds
        self._hub = hub

    @contextmanager
    def on_sigterm(self) -> Generator[None]:
        """Come before the server's own handler, which closes its doors at once; where there is none, do nothing."""
        servers_own = signal.getsignal(signal.SIGTERM)
        if not callable(servers_own) or threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()

        def close(number: int, frame: FrameType | None) -> None:
            self._hub.end_all()  # those that came meanwhile
            servers_own(number, frame)

        def on_sigterm(number: int, frame: FrameType | None) -> None:
            if self.has_begun:
                close(number, frame)
                return
            self.has_begun = True
            loop.call_soon_threadsafe(self._hub.end_all)
            loop.call_soon_threadsafe(loop.call_later, self._drain_seconds, close, number, None)

        signal.signal(signal.SIGTERM, on_sigterm)
        try:
            yield
        finally:
            if signal.getsignal(signal.SIGTERM) is on_sigterm:
                signal.signal(signal.SIGTERM, servers_own)


class LastAnswers:
    """ASGI middleware: what is answered while stopping is the last on its connection, so that none is cut under a request."""

    def __init__(self, app: ASGIApp, stopping: Stopping) -> None:
        self._app = app
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_and_part(message: Message) -> None:
            if message["type"] == "http.response.start" and self._stopping.has_begun:
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await send(message)

        await self._app(scope, receive, send_and_part)
