"""The general limit in front of every route of the API, and the headers of every limit that an answer was counted under."""

from collections.abc import Iterable

from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from app.auth.client import client_address, client_network
from app.auth.rate_limits import Standing, told_limits
from app.auth.request_limits import RequestLimiter
from app.config import Settings
from app.lib.problems import TooManyRequests
from app.server.problems import answer_at_once


class RateLimits:
    """ASGI middleware; the fields are those of draft-ietf-httpapi-ratelimit-headers-10."""

    def __init__(self, app: ASGIApp, settings: Settings, limiter: RequestLimiter) -> None:
        self._app = app
        self._settings = settings
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        told: dict[str, Standing] = {}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and told:
                message["headers"] = [*message["headers"], *rate_limit_headers(told.values())]
            await send(message)

        token = told_limits.set(told)
        try:
            answer = await self._refusal(scope) or self._app
            await answer(scope, receive, send_with_headers)
        finally:
            told_limits.reset(token)

    async def _refusal(self, scope: HTTPScope) -> ASGIApp | None:
        try:
            await self._limiter.count_network(client_network(client_address(scope, self._settings)))
        except TooManyRequests as error:
            return answer_at_once(error, scope)
        return None


def rate_limit_headers(standings: Iterable[Standing]) -> list[tuple[bytes, bytes]]:
    policies = ", ".join(
        f'"{each.limit.name}";q={each.limit.attempts};w={each.limit.window_seconds}' for each in standings
    )
    left = ", ".join(f'"{each.limit.name}";r={each.remaining};t={each.more_in_seconds}' for each in standings)
    return [(b"ratelimit-policy", policies.encode()), (b"ratelimit", left.encode())]
