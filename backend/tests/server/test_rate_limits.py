"""The general limits in front of the API, and what every answer tells of its limits."""

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest
from litestar import Litestar

from app.config import Settings
from app.db.session import SessionFactory
from app.lib import clock
from app.server.app import create_app
from tests.support.people import BROWSER_HEADERS, Person
from tests.support.transport import asgi_transport

START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
ITEM = re.compile(r'"([a-z+:-]+)";([a-z])=(\d+);([a-z])=(\d+)')
GUESS = {"email": "ada@example.com", "password": "not this one, sorry"}

type Browser = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def strict_app(settings: Settings, sessions: SessionFactory) -> Litestar:
    few = msgspec.structs.replace(settings, requests_per_minute_of_account=5, requests_per_minute_of_network=8)
    return create_app(few, sessions=sessions)


@pytest.fixture
def browser(strict_app: Litestar, settings: Settings) -> Browser:
    @asynccontextmanager
    async def open_at(address: str, person: Person | None = None) -> AsyncGenerator[httpx.AsyncClient]:
        cookies = {settings.session_cookie: person.token} if person else None
        transport = asgi_transport(strict_app, client_address=address)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://testserver", headers=BROWSER_HEADERS, cookies=cookies
        ) as client:
            yield client

    return open_at


def _items(header: str) -> dict[str, dict[str, int]]:
    """Read a structured field, in the few forms that we write."""
    items: dict[str, dict[str, int]] = {}
    for item in header.split(", "):
        matched = ITEM.fullmatch(item)
        assert matched, item
        name, first, first_value, second, second_value = matched.groups()
        items[name] = {first: int(first_value), second: int(second_value)}
    return items


async def test_control_34_one_network_is_refused_beyond_its_limit_and_others_are_not(browser: Browser) -> None:
    with clock.turned_to(START + timedelta(seconds=20)):
        async with browser("2001:db8:1:2::1") as client, browser("2001:db8:1:2::2") as neighbour:
            statuses = [(await client.get("/api/public/app")).status_code for _ in range(8)]
            refusal = await neighbour.get("/api/public/app")
        async with browser("2001:db8:1:3::1") as other:
            assert (await other.get("/api/public/app")).status_code == 200

    assert statuses == [200] * 8
    assert refusal.status_code == 429
    assert refusal.headers["content-type"] == "application/problem+json"
    assert refusal.json()["type"] == "urn:quittance:problem:too-many-requests"
    assert refusal.json()["instance"] == "/api/public/app"
    assert refusal.headers["retry-after"] == "41"
    assert refusal.headers["ratelimit"] == '"api:network";r=0;t=41'
    assert refusal.headers["ratelimit-policy"] == '"api:network";q=8;w=60'
    assert {"x-request-id", "content-security-policy", "cache-control"} <= set(refusal.headers)


async def test_control_34_one_person_is_refused_beyond_their_limit_wherever_they_are(
    browser: Browser, owner: Person
) -> None:
    answers: list[httpx.Response] = []
    with clock.turned_to(clock.now()):
        for number in range(6):
            async with browser(f"192.0.2.{number}", owner) as client:
                answers.append(await client.get("/api/me"))

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert _items(answers[-1].headers["ratelimit"])["api:account"]["r"] == 0
    assert _items(answers[-1].headers["ratelimit-policy"])["api:account"] == {"q": 5, "w": 60}


async def test_pages_and_health_are_not_limited(browser: Browser) -> None:
    async with browser("192.0.2.1") as client:
        answers = [await client.get("/health/live") for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}
    assert "ratelimit" not in answers[-1].headers


async def test_the_general_limits_cost_no_statement(browser: Browser, owner: Person, statements: list[str]) -> None:
    async with browser("192.0.2.1", owner) as client:
        await client.get("/api/me")

    assert [statement for statement in statements if "rate_limit" in statement] == []


async def test_every_answer_of_the_api_tells_the_limits_it_was_counted_under(owner: Person) -> None:
    for path in ("/api/me", "/api/customers/00000000-0000-7000-8000-000000000000"):
        answer = await owner.client.get(path)

        assert _items(answer.headers["ratelimit-policy"]).keys() == {"api:network", "api:account"}
        assert _items(answer.headers["ratelimit"]).keys() == {"api:network", "api:account"}


async def test_control_04_log_in_tells_what_is_left_and_a_refusal_when_to_come_back(browser: Browser) -> None:
    with clock.turned_to(START + timedelta(seconds=60)):
        async with browser("192.0.2.1") as client:
            first = await client.post("/api/auth/log-in", json=GUESS)
    for number in range(9):
        with clock.turned_to(START + timedelta(seconds=70 + number * 15)):
            async with browser("192.0.2.1") as client:
                assert (await client.post("/api/auth/log-in", json=GUESS)).status_code == 401
    with clock.turned_to(START + timedelta(seconds=300)):
        async with browser("192.0.2.1") as client:
            refusal = await client.post("/api/auth/log-in", json=GUESS)

    assert first.status_code == 401
    assert _items(first.headers["ratelimit-policy"]) == {
        "api:network": {"q": 8, "w": 60},
        "log-in:account+client": {"q": 10, "w": 900},
        "log-in:client": {"q": 100, "w": 900},
    }
    told = _items(first.headers["ratelimit"])
    assert told["log-in:account+client"] == {"r": 9, "t": 841}
    assert told["log-in:client"] == {"r": 99, "t": 841}
    assert refusal.status_code == 429
    assert _items(refusal.headers["ratelimit"])["log-in:account+client"] == {"r": 0, "t": 601}
    assert refusal.headers["retry-after"] == "601"
    assert "11 minutes" in refusal.json()["detail"]


async def test_signing_up_tells_its_limit_too(browser: Browser) -> None:
    body = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery", "team_name": "Engines"}
    async with browser("192.0.2.1") as client:
        answer = await client.post("/api/auth/sign-up", json=body)

    assert answer.status_code == 202
    assert _items(answer.headers["ratelimit"])["sign-up:client"]["r"] == 19


async def test_a_request_never_tells_of_the_one_before(browser: Browser) -> None:
    async with browser("192.0.2.1") as client:
        await client.post("/api/auth/log-in", json=GUESS)
        answer = await client.get("/api/public/app")

    assert _items(answer.headers["ratelimit"]).keys() == {"api:network"}
