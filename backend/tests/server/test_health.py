"""Health answers while everything else is in trouble; everything else says 503 in plain words."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator

import httpx
import msgspec
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.api_keys import new_api_key
from app.config import Settings
from app.lib.ids import new_id
from app.server.app import create_app
from tests.auth.policies import endpoints
from tests.support.asgi import Call, send
from tests.support.live_server import browser, live_server
from tests.support.people import BROWSER_HEADERS, PeopleFactory, Person
from tests.support.transport import asgi_transport

DRIVER_WORDS = (
    "asyncpg",
    "psycopg",
    "sqlalchemy",
    "Connect call failed",
    "Errno",
    "refused",
    "QueuePool",
    "127.0.0.1",
    "Traceback",
)
LOG_IN = {"email": "ada@example.com", "password": "correct horse battery"}


@pytest.fixture(scope="module")
def without_database(settings: Settings) -> Settings:
    nowhere = "postgresql://quittance_app:secret@127.0.0.1:1/nowhere"
    return msgspec.structs.replace(
        settings, database=msgspec.structs.replace(settings.database, url=nowhere, owner_url=nowhere)
    )


@pytest.fixture
async def stranded(without_database: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser of an application whose database is away."""
    async with _client(
        create_app(without_database), cookies={without_database.session_cookie: "some session"}
    ) as client:
        yield client


def _client(app: Litestar, cookies: dict[str, str] | None = None) -> httpx.AsyncClient:
    transport = asgi_transport(app)
    return httpx.AsyncClient(
        transport=transport, base_url="http://testserver", headers=BROWSER_HEADERS, cookies=cookies
    )


async def test_live_and_ready(client: httpx.AsyncClient) -> None:
    live, ready = await client.get("/health/live"), await client.get("/health/ready")

    assert (live.status_code, live.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "database": "ok", "queue": "ok"})
    assert ready.headers["cache-control"] == "no-store"


async def test_ready_is_503_while_the_database_is_away_and_live_is_not(stranded: httpx.AsyncClient) -> None:
    live, ready = await stranded.get("/health/live"), await stranded.get("/health/ready")

    assert live.status_code == 200
    assert (ready.status_code, ready.json()) == (503, {"status": "failed", "database": "failed", "queue": "failed"})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/me", None),
        ("GET", "/api/customers", None),
        ("GET", "/api/events", None),
        ("POST", "/api/auth/log-in", LOG_IN),
        ("POST", "/api/auth/sign-up", LOG_IN | {"name": "Ada", "team_name": "Engines"}),
        ("GET", "/api/dev/mailbox", None),
    ],
)
async def test_control_40_routes_answer_503_in_plain_words_while_the_database_is_away(
    stranded: httpx.AsyncClient, method: str, path: str, body: dict[str, str] | None
) -> None:
    answer = await stranded.request(method, path, json=body)

    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:quittance:problem:service-unavailable"
    assert int(answer.headers["retry-after"]) > 0
    assert "set-cookie" not in answer.headers
    assert not [word for word in DRIVER_WORDS if word.lower() in answer.text.lower()]


@pytest.mark.parametrize("credential", ["session cookie", "API key"])
async def test_control_40_no_protected_route_opens_while_the_database_is_away(
    without_database: Settings, credential: str
) -> None:
    app = create_app(without_database)
    some_id = str(new_id())
    ids = defaultdict[str, str](lambda: some_id)
    if credential == "API key":
        headers = {"Authorization": f"Bearer {new_api_key().key}"}
    else:
        headers = {"Cookie": f"{without_database.session_cookie}=some session"}
    guarded = [endpoint for endpoint in endpoints(app) if endpoint.policy is not None and not endpoint.is_public]
    answers = {
        endpoint.id: await send(
            app, Call(method=endpoint.method, path=endpoint.url({}), json=endpoint.body(ids)), headers
        )
        for endpoint in guarded
    }

    assert len(answers) > 100
    assert {name: answer.text for name, answer in answers.items() if answer.status_code != 503} == {}


async def test_routes_without_data_work_while_the_database_is_away(stranded: httpx.AsyncClient) -> None:
    assert (await stranded.get("/api/public/app")).status_code == 200
    assert (await stranded.get("/api/unknown")).status_code == 404


async def test_the_process_starts_without_its_database_and_reports_it(without_database: Settings) -> None:
    async with live_server(create_app(without_database)) as address, browser(address) as client:
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/health/ready")).status_code == 503


@pytest.fixture
async def exhausted(settings: Settings, committed_owner: Person) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser of an application whose only connection is taken."""
    small = msgspec.structs.replace(settings.database, pool_size=1, pool_overflow=0, pool_timeout_seconds=0.2)
    app = create_app(msgspec.structs.replace(settings, database=small))
    engine: AsyncEngine = app.state.engine
    async with engine.connect(), _client(app, cookies={settings.session_cookie: committed_owner.token}) as client:
        yield client
    await engine.dispose()
    await app.state.health_engine.dispose()


async def test_an_exhausted_pool_is_a_503_and_health_still_answers(exhausted: httpx.AsyncClient) -> None:
    answer = await exhausted.get("/api/customers")

    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) > 0
    assert not [word for word in DRIVER_WORDS if word.lower() in answer.text.lower()]
    assert (await exhausted.get("/health/ready")).json()["status"] == "ok"


async def test_more_log_ins_at_once_than_connections_do_not_wait_for_each_other(
    settings: Settings, committed_people: PeopleFactory
) -> None:
    small = msgspec.structs.replace(settings.database, pool_size=2, pool_overflow=0, pool_timeout_seconds=2)
    app = create_app(msgspec.structs.replace(settings, database=small))
    async with live_server(app) as address, browser(address) as client:
        signed_up = await committed_people.sign_up(client, LOG_IN | {"name": "Ada", "team_name": "Engines"})
        assert signed_up.status_code == 200, signed_up.text
        answers = await asyncio.gather(*(client.post("/api/auth/log-in", json=LOG_IN) for _ in range(8)))

    assert [answer.status_code for answer in answers] == [200] * 8, [answer.text for answer in answers]
