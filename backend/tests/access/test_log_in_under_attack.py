"""Guessing is slow for everybody, and shuts nobody out who has signed in before; a storm of log-ins holds nothing that others need."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import QueuePool, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth import passwords as passwords_module
from app.auth.passwords import Passwords
from app.config import Settings
from app.db.session import SessionFactory
from app.lib import clock
from app.models import RateLimitWindow
from tests.support.live_server import until
from tests.support.people import BROWSER_HEADERS, PeopleFactory, Person
from tests.support.transport import asgi_transport

PASSWORD = "correct horse battery"
SIGN_UP = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD, "team_name": "Engines"}
GUESS = {"email": "ada@example.com", "password": "not this one, sorry"}
RIGHT = {"email": "ada@example.com", "password": PASSWORD}
START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def _at(app: Litestar, address: str) -> httpx.AsyncClient:
    transport = asgi_transport(app, client_address=address)
    return httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=BROWSER_HEADERS)


async def _log_in(client: httpx.AsyncClient, body: dict[str, str]) -> int:
    return (await client.post("/api/auth/log-in", json=body)).status_code


def _is_right(_hash: str, password: str) -> bool:
    return password == PASSWORD


@pytest.fixture
async def own_browser(app: Litestar, people: PeopleFactory) -> AsyncGenerator[httpx.AsyncClient]:
    """The browser that Ada signed up with, at 198.51.100.7; she has left."""
    async with _at(app, "198.51.100.7") as client:
        assert (await people.sign_up(client, SIGN_UP)).status_code == 200
        assert (await client.post("/api/auth/log-out")).status_code == 204
        yield client


@pytest.fixture
def quick_guesses(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare passwords without the work of hashing."""
    monkeypatch.setattr(app.state.passwords, "_verify", _is_right)


async def _guess_from_many_networks(app: Litestar, attempts: int) -> Counter[int]:
    statuses: Counter[int] = Counter()
    for number in range(attempts):
        async with _at(app, f"203.0.113.{number // 10}") as stranger:
            statuses[await _log_in(stranger, GUESS)] += 1
    return statuses


@pytest.mark.slow
@pytest.mark.usefixtures("quick_guesses")
async def test_control_04_the_right_password_still_works_where_the_owner_has_signed_in_before(
    app: Litestar, own_browser: httpx.AsyncClient
) -> None:
    with clock.turned_to(START):
        assert await _guess_from_many_networks(app, 120) == {401: 100, 429: 20}
        async with _at(app, "198.51.100.7") as colleague:
            assert await _log_in(colleague, RIGHT) == 429, "the address is counted over all networks"
            for number in range(100):
                await _log_in(colleague, GUESS | {"email": f"somebody{number}@example.com"})
            assert await _log_in(colleague, GUESS | {"email": "new@example.com"}) == 429, "and so is the network"

        assert await _log_in(own_browser, RIGHT) == 200


@pytest.mark.usefixtures("quick_guesses")
async def test_control_04_a_new_browser_gets_its_turn_as_the_guesses_grow_old(
    app: Litestar, own_browser: httpx.AsyncClient
) -> None:
    with clock.turned_to(START):
        await _guess_from_many_networks(app, 100)
    async with _at(app, "192.0.2.1") as new_browser:
        with clock.turned_to(START + timedelta(seconds=1)):
            answer = await new_browser.post("/api/auth/log-in", json=RIGHT)
            assert answer.status_code == 429
        with clock.turned_to(START + timedelta(seconds=1 + int(answer.headers["retry-after"]))):
            assert await _log_in(new_browser, RIGHT) == 200


@pytest.mark.usefixtures("quick_guesses")
async def test_a_known_browser_may_guess_no_faster_than_others(own_browser: httpx.AsyncClient) -> None:
    with clock.turned_to(START):
        statuses = [await _log_in(own_browser, GUESS) for _ in range(11)]

    assert statuses == [401] * 10 + [429]


@pytest.mark.usefixtures("quick_guesses")
async def test_what_a_known_browser_keeps_is_worth_nothing_at_another_address_or_changed(
    app: Litestar, own_browser: httpx.AsyncClient, settings: Settings
) -> None:
    name = settings.known_browser_cookie
    value = own_browser.cookies[name]
    browser, seal = value.split(".")
    forged = [
        "",
        ".",
        browser,
        f"{browser}.",
        f"x{browser}.{seal}",
        f"{browser}.{seal[:-1]}",
        f".{seal}",
        "%C3%A9.%C3%A9",
    ]
    with clock.turned_to(START):
        await _guess_from_many_networks(app, 100)
        for number, cookie in enumerate(forged):
            async with _at(app, f"192.0.2.{number}") as stranger:
                stranger.headers["Cookie"] = f"{name}={cookie}"
                assert await _log_in(stranger, RIGHT) == 429, cookie
        for _ in range(10):
            await _log_in(own_browser, GUESS | {"email": "grace@example.com"})
        async with _at(app, "198.51.100.7") as neighbour:
            assert await _log_in(neighbour, GUESS | {"email": "grace@example.com"}) == 429, "counted by network"


async def test_the_known_browser_is_told_by_a_cookie_that_scripts_and_other_sites_never_see(
    own_browser: httpx.AsyncClient, settings: Settings
) -> None:
    answer = await own_browser.post("/api/auth/log-in", json=RIGHT)
    (cookie,) = (
        each for each in answer.headers.get_list("set-cookie") if each.startswith(settings.known_browser_cookie)
    )

    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}
    assert "ada" not in cookie
    assert (await own_browser.post("/api/auth/log-out")).status_code == 204
    assert settings.known_browser_cookie in own_browser.cookies, "it outlives the session"


@pytest.mark.usefixtures("quick_guesses")
async def test_the_answer_tells_the_same_about_known_and_unknown_addresses(
    app: Litestar, own_browser: httpx.AsyncClient
) -> None:
    told: list[list[tuple[str, str]]] = []
    with clock.turned_to(START):
        await _guess_from_many_networks(app, 30)
        for network, email in (("192.0.2.101", "ada@example.com"), ("192.0.2.102", "nobody@example.com")):
            async with _at(app, network) as stranger:
                answers = [
                    await stranger.post(
                        "/api/auth/log-in",
                        json=GUESS | {"email": email},
                    )
                    for _ in range(12)
                ]
            assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
            names = ("ratelimit", "ratelimit-policy", "retry-after")
            told.append([(name, answer.headers.get(name, "")) for answer in answers for name in names])

    assert told[0] == told[1]
    assert "log-in:account;" not in str(told)
    assert '"log-in:account"' not in str(told)


# --- a storm


def _held(engine: AsyncEngine) -> int:
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


async def _all_slots_of(passwords: Passwords) -> AsyncExitStack:
    """Keep every slot, so that whoever wants to hash has to wait."""
    stack = AsyncExitStack()
    for _ in range(passwords_module.CONCURRENT_HASHES):
        await stack.enter_async_context(passwords._slots)
    return stack


async def test_control_04_log_ins_that_wait_for_a_slot_hold_no_connection_and_others_are_served(
    committed_app: Litestar, committed_people: PeopleFactory, committed_owner: Person, engine: AsyncEngine
) -> None:
    passwords: Passwords = committed_app.state.passwords
    slots = await _all_slots_of(passwords)
    strangers = [committed_people.client() for _ in range(passwords_module.LONGEST_QUEUE - 1)]
    bodies = [GUESS | {"email": f"somebody{number}@example.com"} for number in range(len(strangers))]
    changing = {"current_password": "not this one, sorry", "new_password": PASSWORD}
    waiting = [asyncio.create_task(_log_in(*each)) for each in zip(strangers, bodies, strict=True)]
    change = asyncio.create_task(committed_owner.client.post("/api/me/password", json=changing))
    await until(
        lambda: len(passwords._slots._waiters or ()) == passwords_module.LONGEST_QUEUE, what="all of them to wait"
    )

    assert _held(engine) == 0
    assert (await committed_owner.client.get("/api/me")).status_code == 200
    await slots.aclose()
    assert await asyncio.gather(*waiting) == [401] * len(strangers)
    assert (await change).status_code == 422


async def test_control_04_of_fifty_log_ins_at_once_the_excess_is_refused_at_once_and_counted_nowhere(
    committed_app: Litestar, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    slots = await _all_slots_of(committed_app.state.passwords)
    log_ins = [
        asyncio.create_task(
            committed_people.client().post("/api/auth/log-in", json=GUESS | {"email": f"{number}@example.com"})
        )
        for number in range(50)
    ]
    await until(lambda: sum(task.done() for task in log_ins) == 30, what="thirty refusals")
    refused = [task.result() for task in log_ins if task.done()]
    await slots.aclose()
    answers = await asyncio.gather(*log_ins)

    assert {answer.status_code for answer in refused} == {429}
    assert all(1 <= int(answer.headers["retry-after"]) <= 10 for answer in refused)
    assert Counter(answer.status_code for answer in answers) == {401: 20, 429: 30}
    async with committed_sessions() as session:
        assert await session.scalar(select(func.max(RateLimitWindow.attempts))) == 20


async def test_a_password_that_is_changed_while_a_log_in_is_hashed_lets_nobody_in(
    committed_app: Litestar,
    committed_people: PeopleFactory,
    as_superuser: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = committed_people.client()
    assert (await committed_people.sign_up(client, SIGN_UP)).status_code == 200

    def changed_meanwhile(_hash: str, _password: str) -> bool:
        as_superuser("UPDATE users SET password_hash = 'another'")
        return True

    monkeypatch.setattr(committed_app.state.passwords, "_verify", changed_meanwhile)

    assert await _log_in(client, RIGHT) == 401


async def test_a_log_in_that_is_cancelled_at_any_moment_leaves_no_connection_out(
    committed_app: Litestar, committed_people: PeopleFactory, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = committed_people.client()
    assert (await committed_people.sign_up(client, SIGN_UP)).status_code == 200
    monkeypatch.setattr(committed_app.state.passwords, "_verify", _is_right)
    for steps in range(0, 120, 3):
        task = asyncio.create_task(_log_in(client, RIGHT))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    await until(lambda: _held(engine) == 0, what="all connections to come back")
    # From a browser of its own: how many of the cancelled ones had been counted depends on the machine.
    assert await _log_in(committed_people.client(), RIGHT) == 200
