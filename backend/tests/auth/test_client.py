"""Whose attempts are counted: an address that a visitor claims is believed only from proxies the operator named."""

from typing import Any

import httpx
import msgspec
import pytest
from litestar import Request
from sqlalchemy import select

from app.auth.client import client_info
from app.auth.rate_limits import RateLimit, RateLimiter
from app.config import Settings
from app.db.session import SessionFactory
from app.lib.problems import TooManyRequests
from app.models import RateLimitWindow
from app.server.app import create_app
from tests.support.people import BROWSER_HEADERS
from tests.support.transport import asgi_transport


def _request(*forwarded: str) -> Request[Any, Any, Any]:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    scope: Any = {"type": "http", "client": ("203.0.113.9", 1234), "headers": headers, "state": {}}
    return Request(scope)


def _behind(settings: Settings, proxies: int) -> Settings:
    return msgspec.structs.replace(settings, trusted_proxy_count=proxies)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, ["1.1.1.1"], "203.0.113.9"),
        (0, [], "203.0.113.9"),
        (1, ["1.1.1.1"], "1.1.1.1"),
        (1, ["6.6.6.6, 1.1.1.1"], "1.1.1.1"),
        (1, ["6.6.6.6", "1.1.1.1"], "1.1.1.1"),
        (2, ["6.6.6.6, 1.1.1.1, 10.0.0.1"], "1.1.1.1"),
        (2, ["1.1.1.1"], "203.0.113.9"),
        (1, [], "203.0.113.9"),
        (1, [" , "], "203.0.113.9"),
    ],
)
def test_the_address_that_the_last_trusted_proxy_saw_counts(
    settings: Settings, proxies: int, forwarded: list[str], address: str
) -> None:
    assert client_info(_request(*forwarded), _behind(settings, proxies)).ip_address == address


def test_a_thousand_invented_addresses_are_one_client(settings: Settings) -> None:
    invented = [f"10.0.{number >> 8}.{number & 255}" for number in range(1000)]
    counted = {client_info(_request(address), _behind(settings, 0)).ip_address for address in invented}
    behind_one = {
        client_info(_request(f"{address}, 198.51.100.7"), _behind(settings, 1)).ip_address for address in invented
    }

    assert counted == {"203.0.113.9"}
    assert behind_one == {"198.51.100.7"}


async def test_log_in_counts_the_client_and_not_the_header(settings: Settings, sessions: SessionFactory) -> None:
    app = create_app(_behind(settings, 0), sessions=sessions)
    transport = asgi_transport(app, client_address="203.0.113.9")
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=BROWSER_HEADERS) as client:
        body = {"email": "ada@example.com", "password": "not this one, sorry"}
        statuses = [
            (
                await client.post("/api/auth/log-in", json=body, headers={"X-Forwarded-For": f"10.0.0.{number}"})
            ).status_code
            for number in range(11)
        ]

    assert statuses == [401] * 10 + [429]


async def test_windows_follow_the_clock_and_successes_are_given_back(
    settings: Settings, sessions: SessionFactory
) -> None:
    limiter = RateLimiter(sessions, settings.secret_key)
    limit = RateLimit("short", attempts=2, window_seconds=60)
    for _ in range(5):
        await limiter.spend((limit, "someone"))
        await limiter.give_back((limit, "someone"))
    await limiter.spend((limit, "someone"))
    await limiter.spend((limit, "someone"))
    with pytest.raises(TooManyRequests) as refusal:
        await limiter.spend((limit, "someone"))

    assert 0 < (refusal.value.retry_after_seconds or 0) <= 61
    await limiter.spend((limit, "someone else"))
    async with sessions() as session:
        assert b"someone" not in b"".join(await session.scalars(select(RateLimitWindow.key_hash)))
