"""How long a browser session lasts, what ends it, and what its cookie looks like."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import httpx
import msgspec
import pytest
from argon2 import PasswordHasher
from litestar import Litestar
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.auth.passwords import Passwords
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import Session, User
from app.server.app import create_app
from tests.support.people import BROWSER_HEADERS, PeopleFactory, Person
from tests.support.transport import asgi_transport

PASSWORD = "the password until now"
SIGN_UP = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD, "team_name": "Engines"}


async def _status(client: httpx.AsyncClient, moment: datetime) -> int:
    with clock.turned_to(moment):
        return (await client.get("/api/team")).status_code


async def _last_seen(connection: AsyncConnection, person: Person) -> datetime:
    statement = select(Session.last_seen_at).where(Session.user_id == person.user_id)
    return (await connection.execute(statement)).scalar_one()


async def test_control_16_a_session_ends_after_a_day_without_use(owner: Person) -> None:
    start = clock.now()

    assert await _status(owner.client, start + timedelta(hours=23, minutes=59)) == 200
    assert await _status(owner.client, start + timedelta(hours=47, minutes=58)) == 200, "use keeps it alive"
    assert await _status(owner.client, start + timedelta(hours=72)) == 401


async def test_control_16_a_session_ends_after_two_weeks_however_much_it_is_used(owner: Person) -> None:
    start = clock.now()
    statuses = [await _status(owner.client, start + timedelta(hours=12 * number)) for number in range(28)]

    assert statuses == [200] * 28
    assert await _status(owner.client, start + timedelta(days=14, seconds=1)) == 401


async def test_being_seen_is_written_at_most_once_a_minute(
    owner: Person, connection: AsyncConnection, statements: list[str]
) -> None:
    start = await _last_seen(connection, owner)
    await _status(owner.client, start + timedelta(seconds=59))
    assert await _last_seen(connection, owner) == start

    later = start + timedelta(seconds=61)
    await _status(owner.client, later)
    assert await _last_seen(connection, owner) == later


async def test_control_15_the_token_itself_is_nowhere_stored(owner: Person, connection: AsyncConnection) -> None:
    row = (await connection.execute(select(Session).where(Session.user_id == owner.user_id))).mappings().one()

    assert owner.token not in str(dict(row))
    assert owner.token.encode() not in row["id_hash"]
    assert len(row["id_hash"]) == 32
    assert len(owner.token) >= 43, "256 bits"


async def test_a_secret_of_another_installation_opens_nothing(
    owner: Person, settings: Settings, sessions: SessionFactory
) -> None:
    other = create_app(
        msgspec.structs.replace(settings, secret_key="another secret, also long enough for this"), sessions=sessions
    )
    transport = asgi_transport(other)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://testserver", cookies={settings.session_cookie: owner.token}
    ) as client:
        assert (await client.get("/api/me")).status_code == 401


@pytest.fixture
async def production(settings: Settings, sessions: SessionFactory) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(
        msgspec.structs.replace(settings, environment="production", app_url="https://invoices.example.com"),
        sessions=sessions,
    )
    transport = asgi_transport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver", headers=BROWSER_HEADERS) as client:
        yield client


async def test_control_23_production_cookies_belong_to_this_host_alone(
    production: httpx.AsyncClient, people: PeopleFactory
) -> None:
    answer = await people.sign_up(production, SIGN_UP)
    left = await production.post("/api/auth/log-out")

    for cookie in (answer.headers.get_list("set-cookie")[0], left.headers["set-cookie"]):
        name_and_value, *attributes = (part.strip() for part in cookie.split(";"))
        assert name_and_value.startswith("__Host-quittance_session=")
        names = {attribute.partition("=")[0].lower(): attribute.partition("=")[2] for attribute in attributes}
        assert {"secure", "httponly"} <= set(names)
        assert names["path"] == "/"
        assert names["samesite"] == "lax"
        assert "domain" not in names
    assert left.headers["set-cookie"].partition(";")[0].strip('"').endswith(("=", '=""', '="'))


async def test_control_24_in_production_only_its_own_origin_may_write(production: httpx.AsyncClient) -> None:
    body = {"email": "ada@example.com", "password": "not this one, sorry"}
    headers = {"X-Requested-With": "quittance", "Sec-Fetch-Site": ""}
    own = await production.post(
        "/api/auth/log-in", json=body, headers=headers | {"Origin": "https://invoices.example.com"}
    )
    development = await production.post(
        "/api/auth/log-in", json=body, headers=headers | {"Origin": "http://localhost:3000"}
    )

    assert own.status_code == 401
    assert development.status_code == 403


@pytest.mark.parametrize(
    "path", ["//api/auth/log-in", "/api//auth/log-in", "/api/auth/log-in/", "/%61pi/auth/log-in", "/./api/auth/log-in"]
)
async def test_control_24_no_spelling_of_an_address_goes_round_the_check_of_origins(
    app: Litestar, people: PeopleFactory, path: str
) -> None:
    async with httpx.AsyncClient(transport=asgi_transport(app), base_url="http://testserver") as stranger:
        url = httpx.URL("http://testserver").copy_with(raw_path=path.encode())
        body = {"email": "ada@example.com", "password": "not this one, sorry"}
        answer = await stranger.send(httpx.Request("POST", url, json=body, headers={"Sec-Fetch-Site": "cross-site"}))

    assert answer.status_code in {403, 404, 405}, answer.text


async def test_control_17_a_hundred_requests_in_flight_do_not_undo_a_log_out(
    committed_owner: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    async with transaction(committed_sessions) as session:
        # Long enough ago that every request in flight wants to write that it saw the session.
        await session.execute(update(Session).values(last_seen_at=clock.now() - timedelta(hours=1)))
    second = committed_people.client(committed_owner.token)
    in_flight = [asyncio.create_task(second.get("/api/team")) for _ in range(100)]
    await asyncio.sleep(0.05)
    left = await committed_owner.client.post("/api/auth/log-out")
    answers = await asyncio.gather(*in_flight)

    assert left.status_code == 204
    assert {answer.status_code for answer in answers} <= {200, 401}
    assert (await second.get("/api/team")).status_code == 401


async def test_control_17_a_changed_password_ends_every_other_session_and_renews_this_one(
    client: httpx.AsyncClient, people: PeopleFactory, settings: Settings
) -> None:
    await people.sign_up(client, SIGN_UP)
    before = client.cookies[settings.session_cookie]
    elsewhere = people.client()
    await elsewhere.post("/api/auth/log-in", json={"email": SIGN_UP["email"], "password": PASSWORD})
    assert (await elsewhere.get("/api/me")).status_code == 200

    change = {"current_password": PASSWORD, "new_password": "four unrelated words"}
    answer = await client.post("/api/me/password", json=change)

    assert answer.status_code == 204, answer.text
    assert (await client.get("/api/me")).status_code == 200
    assert client.cookies[settings.session_cookie] != before
    assert (await people.client(before).get("/api/me")).status_code == 401
    assert (await elsewhere.get("/api/me")).status_code == 401
    old = await people.client().post("/api/auth/log-in", json={"email": SIGN_UP["email"], "password": PASSWORD})
    assert old.status_code == 401


async def test_control_17_a_removed_account_is_signed_out(
    committed_owner: Person, committed_sessions: SessionFactory
) -> None:
    async with transaction(committed_sessions) as session:
        await session.delete(await session.get_one(User, committed_owner.user_id))

    assert (await committed_owner.client.get("/api/me")).status_code == 401


async def test_control_03_a_password_hashed_with_older_parameters_is_renewed_at_log_in(
    owner: Person, people: PeopleFactory, sessions: SessionFactory
) -> None:
    async with transaction(sessions) as session:
        user = await session.get_one(User, owner.user_id)
        user.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    answer = await people.client().post("/api/auth/log-in", json={"email": owner.email, "password": PASSWORD})

    assert answer.status_code == 200
    async with transaction(sessions) as session:
        user = await session.get_one(User, owner.user_id, populate_existing=True)
        assert user.password_hash
        assert not Passwords().needs_rehash(user.password_hash)
