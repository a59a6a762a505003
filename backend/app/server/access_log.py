"""One line per request, with an id that the answer carries too, and one measurement."""

import time

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.lib.ids import new_id
from app.observing.request_metrics import RequestMetrics
from app.server.tracing import route_of

log = structlog.get_logger("quittance.access")


class AccessLog:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = str(new_id())
        started_at = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        # The server gives each request a context of its own, so there is nothing to unbind.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            seconds = time.perf_counter() - started_at
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                duration_ms=round(seconds * 1000, 1),
            )
            self._metrics.count(scope["method"], route_of(scope), status, seconds)
