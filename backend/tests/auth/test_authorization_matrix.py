"""Every handler of the application × every identity; three times, so that each of the two locks is seen to hold alone."""

from collections.abc import AsyncGenerator
from uuid import uuid4

import httpx
import msgspec
import pytest
from litestar import Litestar
from sqlalchemy import ColumnElement, text, true
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.auth.guards import PlatformAdmin, Public
from app.config import Settings, load_settings
from app.db import tenancy
from app.db.engine import create_engine
from app.db.session import SessionFactory, enter_scope
from app.models import Base, Role
from app.server.app import create_app
from tests.auth.policies import (
    BODIES,
    BODILESS_WRITES,
    LINE,
    OPEN_LIBRARY_ROUTES,
    REFUSED_SAMPLES,
    STREAMS,
    Endpoint,
    Ids,
    endpoints,
)
from tests.support.people import PeopleFactory, Person

CANARY = "canary-of-the-other-team"
_DECLARED = [
    endpoint for endpoint in endpoints(create_app(load_settings({"APP_ENV": "testing"}))) if endpoint.policy is not None
]


class World(msgspec.Struct):
    """The team whose objects are aimed at, the people in it, and a stranger with a team of their own."""

    ids: Ids
    victim: Person
    roles: list[Person]
    stranger: Person
    stranger_ids: Ids
    anonymous: httpx.AsyncClient


async def _objects_of(person: Person, mark: str) -> Ids:
    """A customer, a draft, an issued and partly paid invoice, all carrying the mark."""
    client = person.client
    customer = (
        await client.post("/api/customers", json={"name": mark, "email": f"{mark}@example.com", "currency": "EUR"})
    ).json()
    body = {
        "customer_id": customer["id"],
        "currency": "EUR",
        "note": mark,
        "lines": [LINE | {"description": mark, "unit_price": "100.00"}],
    }
    draft = (await client.post("/api/invoices", json=body)).json()
    issued = (await client.post("/api/invoices", json=body)).json()
    answer = await client.post(f"/api/invoices/{issued['id']}/issue", json={})
    assert answer.status_code == 200, answer.text
    paid = {"amount": "5.00", "paid_on": "2026-01-05", "method": "cash", "note": mark}
    payment = (await client.post(f"/api/invoices/{issued['id']}/payments", json=paid)).json()
    return {
        "customer_id": customer["id"],
        "draft_id": draft["id"],
        "issued_id": issued["id"],
        "payment_id": payment["id"],
        "user_id": str(person.user_id),
        "team_id": str(person.team_id),
        "message_id": str(uuid4()),
        "attachment_id": str(uuid4()),
    }


def _any_team(_model: object, _team_id: object) -> ColumnElement[bool]:
    return true()


@pytest.fixture(params=["both locks", "row-level security alone", "repository filters alone"])
def locks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "row-level security alone":
        monkeypatch.setattr(tenancy, "belongs_to_team", _any_team)
    return request.param


@pytest.fixture(scope="session")
async def bypassing_engine(settings: Settings, superuser_database_url: str) -> AsyncGenerator[AsyncEngine]:
    database = msgspec.structs.replace(settings.database, url=superuser_database_url)
    engine = create_engine(database)
    yield engine
    await engine.dispose()


@pytest.fixture
async def connection(locks: str, engine: AsyncEngine, bypassing_engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """As in conftest.py, but for one of the runs with a role that row-level security does not bind."""
    async with (bypassing_engine if locks == "repository filters alone" else engine).connect() as connection:
        outer = await connection.begin()
        yield connection
        await outer.rollback()


@pytest.fixture
async def world(people: PeopleFactory) -> World:
    victim = await people.owner(CANARY)
    stranger = await people.owner("Strangers")
    return World(
        ids=await _objects_of(victim, CANARY),
        victim=victim,
        # The weakest first: what they are refused must still be there for the next.
        roles=[
            await people.member(victim.team_id, role) for role in (Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER)
        ],
        stranger=stranger,
        stranger_ids=await _objects_of(stranger, "strangers"),
        anonymous=people.client(),
    )


def _ids_for(endpoint: Endpoint, ids: Ids) -> Ids:
    needs_draft = endpoint.name in {"replace_invoice_draft", "delete_invoice_draft", "issue_invoice"}
    return ids | {"invoice_id": ids["draft_id"] if needs_draft else ids["issued_id"]}


async def _call(endpoint: Endpoint, client: httpx.AsyncClient, path_ids: Ids, body_ids: Ids) -> httpx.Response:
    return await client.request(endpoint.method, endpoint.url(path_ids), json=endpoint.body(body_ids))


async def _fingerprint(sessions: SessionFactory, person: Person) -> dict[str, str]:
    """A digest of every row of the person's team, table by table."""
    async with sessions() as session:
        await session.begin()
        await enter_scope(session, person.scope)
        digests: dict[str, str] = {}
        for table in Base.metadata.sorted_tables:
            if "team_id" in table.columns and table.name != "sessions":
                statement = text(
                    f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table.name} t WHERE team_id = :team"
                )
                digests[table.name] = str(await session.scalar(statement, {"team": person.team_id}))
        return digests


def test_every_handler_declares_who_may_call_it(app: Litestar) -> None:
    undeclared = {endpoint.path for endpoint in endpoints(app) if endpoint.policy is None}

    assert undeclared == set(OPEN_LIBRARY_ROUTES)


def test_every_writing_handler_has_a_sample_call(app: Litestar) -> None:
    writes = {
        endpoint.name
        for endpoint in endpoints(app)
        if endpoint.method not in {"GET", "HEAD"} and not isinstance(endpoint.policy, Public)
    }

    assert writes == set(BODIES) | BODILESS_WRITES


def test_production_has_no_development_routes(settings: Settings) -> None:
    production = create_app(msgspec.structs.replace(settings, environment="production"))

    assert [endpoint.path for endpoint in endpoints(production) if endpoint.policy is None] == []
    assert [
        endpoint.path for endpoint in endpoints(production) if endpoint.path.startswith(("/api/dev", "/saq", "/schema"))
    ] == []


@pytest.mark.parametrize("endpoint", _DECLARED, ids=lambda endpoint: endpoint.id)
async def test_matrix(endpoint: Endpoint, world: World, sessions: SessionFactory, locks: str) -> None:
    ids = _ids_for(endpoint, world.ids)
    is_public = isinstance(endpoint.policy, Public)
    if is_public and locks != "both locks":
        pytest.skip("public: neither lock is involved")

    anonymous = await _call(endpoint, world.anonymous, ids, ids)
    assert (anonymous.status_code == 401) == (not is_public), anonymous.text
    assert CANARY not in anonymous.text
    if is_public:
        return

    await _stranger_gets_nothing(endpoint, world, sessions)
    is_first_success = True
    for person in world.roles:
        if not endpoint.allows(person.role):
            refused = await _call(endpoint, person.client, ids, ids)
            assert refused.status_code == 403, (person.role, refused.text)
        elif endpoint.name not in STREAMS:
            answer = await _call(endpoint, person.client, ids, ids)
            assert answer.status_code not in {401, 403}, (person.role, answer.text)
            assert answer.status_code < 500
            if is_first_success:
                expected = REFUSED_SAMPLES.get(endpoint.name)
                assert answer.status_code == expected if expected else answer.is_success, (person.role, answer.text)
            is_first_success = False


async def _stranger_gets_nothing(endpoint: Endpoint, world: World, sessions: SessionFactory) -> None:
    """Another team's owner: the same answer as for an id that nobody has, nothing changed, not a word of the other team."""
    if endpoint.name in STREAMS:
        return
    before = await _fingerprint(sessions, world.victim)
    aimed = _ids_for(endpoint, world.ids)
    unknown = {name: str(uuid4()) for name in aimed}
    own = _ids_for(endpoint, world.stranger_ids)
    for path_ids, body_ids, unknown_path, unknown_body in ((aimed, own, unknown, own), (own, aimed, own, unknown)):
        names_the_victim = endpoint.url(path_ids) != endpoint.url(unknown_path) or endpoint.body(
            body_ids
        ) != endpoint.body(unknown_body)
        if not names_the_victim:
            continue
        expected = await _call(endpoint, world.stranger.client, unknown_path, unknown_body)
        answer = await _call(endpoint, world.stranger.client, path_ids, body_ids)
        assert answer.status_code == expected.status_code, answer.text
        assert answer.status_code == (403 if isinstance(endpoint.policy, PlatformAdmin) else answer.status_code)
        assert answer.status_code in {403, 404, 422}, answer.text
        assert CANARY not in answer.text
    if "{" not in endpoint.path and endpoint.name != "log_out":
        answer = await _call(endpoint, world.stranger.client, own, own)
        assert CANARY not in answer.text
    assert await _fingerprint(sessions, world.victim) == before
