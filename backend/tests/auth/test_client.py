"""Whose attempts are counted: an address that a visitor claims is believed only from proxies the operator named."""

from collections import Counter
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Request
from sqlalchemy import func, select

from app.auth.client import client_info, client_network
from app.config import Settings
from app.db.session import SessionFactory
from app.models import RateLimitWindow
from app.server.app import create_app
from tests.support.people import BROWSER_HEADERS
from tests.support.transport import asgi_transport

PEER = "203.0.113.9"


def _request(*forwarded: str, peer: str | None = PEER) -> Request[Any, Any, Any]:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    scope: Any = {"type": "http", "client": peer and (peer, 1234), "headers": headers, "state": {}}
    return Request(scope)


def _behind(settings: Settings, proxies: int) -> Settings:
    return msgspec.structs.replace(settings, trusted_proxy_count=proxies)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, ["1.1.1.1"], PEER),
        (0, [], PEER),
        (1, ["1.1.1.1"], "1.1.1.1"),
        (1, ["6.6.6.6, 1.1.1.1"], "1.1.1.1"),
        (1, ["6.6.6.6", "1.1.1.1"], "1.1.1.1"),
        (2, ["6.6.6.6, 1.1.1.1, 10.0.0.1"], "1.1.1.1"),
        (2, ["1.1.1.1"], PEER),
        (1, [], PEER),
        (1, [" , "], PEER),
    ],
)
def test_the_address_that_the_last_trusted_proxy_saw_counts(
    settings: Settings, proxies: int, forwarded: list[str], address: str
) -> None:
    assert client_info(_request(*forwarded), _behind(settings, proxies)).ip_address == address


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("1.1.1.1:4711", "1.1.1.1"),
        ('"1.1.1.1"', "1.1.1.1"),
        ("2001:DB8::0001", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ('"[2001:db8::1]:4711"', "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:443", "fe80::1"),
        ("::ffff:1.1.1.1", "1.1.1.1"),
        ("[::ffff:101:101]:80", "1.1.1.1"),
    ],
)
def test_an_address_is_read_in_every_form_that_proxies_write(settings: Settings, written: str, address: str) -> None:
    assert client_info(_request(written), _behind(settings, 1)).ip_address == address


@pytest.mark.parametrize(
    "garbage",
    [
        *("unknown", "_hidden", "-", "é", "\x00", '"', "x" * 5000, "1.1.1.1 OR 1=1", "<script>", "1.1.1.1;2.2.2.2"),
        *("1.1.1", "1.1.1.256", "01.1.1.1", "1.1.1.1."),
        *(":::", "%eth0", "[]:80", "[unknown]", "2001:db8::1::2", "::ffff:999.1.1.1"),
    ],
)
def test_garbage_is_nobodys_address_and_the_connection_counts(settings: Settings, garbage: str) -> None:
    assert client_info(_request(garbage), _behind(settings, 1)).ip_address == PEER
    assert client_info(_request(f"6.6.6.6, {garbage}"), _behind(settings, 1)).ip_address == PEER


def test_without_any_address_there_is_one_client_called_unknown(settings: Settings) -> None:
    for peer in (None, "", "/run/app.sock"):
        assert client_info(_request(peer=peer), settings).ip_address == "unknown"
    assert client_network("unknown") == "unknown"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_one_client_is_an_ipv4_address_or_the_64_that_an_ipv6_client_has_to_itself(address: str, network: str) -> None:
    assert client_network(address) == network


# What a visitor invents, and what the proxies make of it; the visitor sits at 198.51.100.7.
SEEN_THROUGH = {0: "{invented}", 1: "{invented}, 198.51.100.7", 2: "{invented}, 198.51.100.7, 10.0.0.1"}


def _never(_password_hash: str, _password: str) -> bool:
    return False


@pytest.mark.slow
@pytest.mark.parametrize("proxies", SEEN_THROUGH)
async def test_control_04_a_thousand_invented_addresses_are_one_client(
    settings: Settings, sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch, proxies: int
) -> None:
    app = create_app(_behind(settings, proxies), sessions=sessions)
    monkeypatch.setattr(app.state.passwords, "_verify", _never)
    body = {"email": "ada@example.com", "password": "not this one, sorry"}
    statuses: Counter[int] = Counter()
    transport = asgi_transport(app, client_address=PEER)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=BROWSER_HEADERS) as client:
        for number in range(1000):
            invented = f"10.{number >> 8}.{number & 255}.1" if number % 2 else f"2001:db8:{number:x}::1"
            headers = {"X-Forwarded-For": SEEN_THROUGH[proxies].format(invented=invented)}
            statuses[(await client.post("/api/auth/log-in", json=body, headers=headers)).status_code] += 1

    assert statuses == {401: 10, 429: 990}
    async with sessions() as session:
        keys = await session.scalar(select(func.count(RateLimitWindow.key_hash.distinct())))
    assert keys == 3, "one address with one network, one network, one address"


async def test_control_04_all_addresses_of_an_ipv6_network_are_one_client(
    settings: Settings, sessions: SessionFactory
) -> None:
    app = create_app(_behind(settings, 0), sessions=sessions)
    statuses: list[int] = []
    for number in range(11):
        transport = asgi_transport(app, client_address=f"2001:db8:1:2::{number + 1:x}")
        async with httpx.AsyncClient(
            transport=transport, base_url="http://testserver", headers=BROWSER_HEADERS
        ) as client:
            body = {"email": "ada@example.com", "password": "not this one, sorry"}
            statuses.append((await client.post("/api/auth/log-in", json=body)).status_code)

    assert statuses == [401] * 10 + [429]
