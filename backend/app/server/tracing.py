"""One span per request, named by its route, in the trace that the browser began."""

import functools
import re

import structlog
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from app.lib.tracing import continued_span

_TYPE_OF_PARAMETER = re.compile(r":\w+}")


class RequestTracing:
    """ASGI middleware. A span tells the route, never the address or its query: links carry tokens, and ids name people."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        route = route_of(scope)
        with continued_span(f"{scope['method']} {route}", _traceparent(scope), kind="server") as span:
            # The server gives each request a context of its own, so there is nothing to unbind.
            structlog.contextvars.bind_contextvars(trace_id=span.trace_id)
            if not span.is_recorded:
                await self._app(scope, receive, send)
                return
            span.say({"http.request.method": scope["method"], "http.route": route, "url.scheme": scope["scheme"]})

            async def send_noting_status(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.say({"http.response.status_code": message["status"]})
                    if message["status"] >= 500:
                        span.fail(str(message["status"]))
                await send(message)

            await self._app(scope, receive, send_noting_status)


def route_of(scope: HTTPScope) -> str:
    """The route's template as OpenAPI writes it, for example `/api/invoices/{invoice_id}`."""
    return _as_documented(scope["path_template"])


@functools.lru_cache(maxsize=1024)
def _as_documented(template: str) -> str:
    return _TYPE_OF_PARAMETER.sub("}", template)


def _traceparent(scope: HTTPScope) -> str | None:
    """Two of them are none (W3C Trace Context, 3.2)."""
    values = [value for name, value in scope["headers"] if name == b"traceparent"]
    return values[0].decode("latin-1") if len(values) == 1 else None
