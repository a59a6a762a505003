"""API keys: shown once, bound to member, team and scopes, and dead at once with any of them."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import Context
from datetime import timedelta

import asyncpg
import httpx
import msgspec
import pytest
from asyncpg.connection import LoggedQuery
from sqlalchemy import delete, event, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.api_keys import is_well_formed
from app.auth.permissions import BROWSER_ONLY, ROLE_PERMISSIONS, Permission
from app.config import Settings
from app.db.engine import create_engine
from app.db.session import SessionFactory, create_session_factory, transaction
from app.lib import clock
from app.models import ApiKey, AuditEntry, Membership, Role, User
from app.server.app import create_app
from tests.api_clients.conftest import CUSTOMER, READ_CUSTOMERS, bearer, make_key, tokens_for
from tests.support.people import PeopleFactory, Person
from tests.support.transport import asgi_transport

_TRANSACTION = {"BEGIN;", "COMMIT;", "ROLLBACK;"}
GRANTABLE = sorted(set(Permission) - BROWSER_ONLY)


@asynccontextmanager
async def all_statements(engine: AsyncEngine) -> AsyncGenerator[list[str]]:
    """What is sent over the engine's one connection, in order: by SQLAlchemy, and straight on the driver."""
    sent: list[tuple[float, str]] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append((time.monotonic(), statement))

    def note_on_driver(query: LoggedQuery) -> None:
        # It is told afterwards.
        sent.append((time.monotonic() - query.elapsed, query.query))

    async with engine.connect() as connection:
        driver_connection = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver_connection, asyncpg.Connection)
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    statements: list[str] = []
    with driver_connection.query_logger(note_on_driver):
        yield statements
    await asyncio.sleep(0)
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    statements += [statement for _, statement in sorted(sent) if statement not in _TRANSACTION]


async def _status(program: httpx.AsyncClient) -> int:
    return (await program.get("/api/customers")).status_code


async def test_control_21_a_key_is_shown_once_and_only_its_hash_is_kept(
    owner: Person, sessions: SessionFactory
) -> None:
    made = await make_key(owner)
    listed = await owner.client.get("/api/api-keys")
    async with transaction(sessions, owner.scope) as session:
        row = (await session.execute(text("SELECT k::text FROM api_keys k"))).scalar_one()

    secret = made["key"].rsplit("_", 1)[1]
    assert made["key"].startswith(made["api_key"]["prefix"] + "_")
    assert is_well_formed(made["key"])
    assert len(secret) == 49
    assert secret not in listed.text
    assert secret not in row


@pytest.mark.parametrize("path", ["/api/api-keys", "/api/api-clients"])
async def test_control_21_a_key_and_a_token_make_no_credentials(
    owner: Person, people: PeopleFactory, path: str
) -> None:
    key = (await make_key(owner, GRANTABLE))["key"]
    token = (await tokens_for(owner, people.program(), GRANTABLE))["access_token"]

    for credential in (key, token):
        answer = await people.program(credential).post(path, json={"name": "More", "scopes": READ_CUSTOMERS})
        assert answer.status_code == 403
        assert answer.json()["type"].endswith(":browser-session-required")
        assert (await people.program(credential).patch("/api/me", json={"name": "Taken"})).status_code == 403


@pytest.mark.parametrize("field", ["user_id", "userId", "team_id", "id"])
async def test_control_21_nobody_else_is_named_in_the_body(owner: Person, people: PeopleFactory, field: str) -> None:
    stranger = await people.owner("Strangers")
    body = {"name": "Export", "scopes": READ_CUSTOMERS, field: str(stranger.user_id)}
    answer = await owner.client.post("/api/api-keys", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == field


@pytest.mark.parametrize("scope", sorted(BROWSER_ONLY))
async def test_control_21_what_makes_credentials_is_given_to_no_key(owner: Person, scope: str) -> None:
    answer = await owner.client.post("/api/api-keys", json={"name": "Export", "scopes": ["customers:read", scope]})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "scopes[1]"


async def test_control_21_a_key_may_no_more_than_its_makers_role_allows_now(
    owner: Person, people: PeopleFactory, sessions: SessionFactory
) -> None:
    admin = await people.member(owner.team_id, Role.ADMIN)
    program = people.program((await make_key(admin, [Permission.CUSTOMERS_WRITE, Permission.CUSTOMERS_READ]))["key"])
    assert (await program.post("/api/customers", json=CUSTOMER)).status_code == 201

    async with transaction(sessions, owner.scope) as session:
        await session.execute(update(Membership).where(Membership.user_id == admin.user_id).values(role=Role.VIEWER))

    assert (await program.post("/api/customers", json=CUSTOMER)).status_code == 403
    assert await _status(program) == 200


async def test_control_21_each_scope_opens_its_routes_and_no_others(owner: Person, people: PeopleFactory) -> None:
    routes = {
        Permission.CUSTOMERS_READ: ("GET", "/api/customers"),
        Permission.INVOICES_READ: ("GET", "/api/invoices"),
        Permission.PAYMENTS_READ: ("GET", "/api/payments"),
        Permission.TEAM_READ: ("GET", "/api/team"),
        Permission.CUSTOMERS_WRITE: ("POST", "/api/customers"),
        Permission.TEAM_WRITE: ("PATCH", "/api/team"),
    }
    bodies = {"POST": CUSTOMER, "PATCH": {"name": "Renamed"}, "GET": None}
    for given in routes:
        program = people.program((await make_key(owner, [given]))["key"])
        for needed, (method, path) in routes.items():
            answer = await program.request(method, path, json=bodies[method])
            assert (answer.status_code < 300) == (given == needed), (given, needed, answer.text)
            if given != needed:
                assert f'scope="{needed}"' in answer.headers["www-authenticate"]


async def test_control_21_a_key_ends_by_its_date(owner: Person, people: PeopleFactory) -> None:
    program = people.program((await make_key(owner, expires_in_days=30))["key"])
    for_ever = people.program((await make_key(owner, expires_in_days=None))["key"])

    with clock.turned_to(clock.now() + timedelta(days=30, seconds=1)):
        assert await _status(program) == 401
        assert await _status(for_ever) == 200


async def test_control_21_a_revoked_key_is_dead_at_once_whoever_made_it(owner: Person, people: PeopleFactory) -> None:
    admin = await people.member(owner.team_id, Role.ADMIN)
    made = await make_key(owner)
    answer = await admin.client.post(f"/api/api-keys/{made['api_key']['id']}/revoke")
    again = await admin.client.post(f"/api/api-keys/{made['api_key']['id']}/revoke")

    refused = await people.program(made["key"]).get("/api/customers")
    assert answer.json()["state"] == again.json()["state"] == "revoked"
    assert answer.json()["revoked_at"] == again.json()["revoked_at"]
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_control_21_a_removed_member_and_a_disabled_account_end_their_keys(
    committed_owner: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    admins = [await committed_people.member(committed_owner.team_id, Role.ADMIN) for _ in range(2)]
    programs = [committed_people.program((await make_key(admin))["key"]) for admin in admins]
    tokens = [
        committed_people.program((await tokens_for(admin, committed_people.program()))["access_token"])
        for admin in admins
    ]
    removed, disabled = admins
    async with transaction(committed_sessions, committed_owner.scope) as session:
        await session.execute(delete(Membership).where(Membership.user_id == removed.user_id))
        await session.execute(update(User).where(User.id == disabled.user_id).values(disabled_at=clock.now()))

    assert [await _status(program) for program in (*programs, *tokens)] == [401] * 4
    async with transaction(committed_sessions, committed_owner.scope) as session:
        session.add(Membership(team_id=committed_owner.team_id, user_id=removed.user_id, role=Role.ADMIN))
    assert await _status(programs[0]) == await _status(tokens[0]) == 401, "coming back brings no old key along"


async def test_control_21_being_used_is_written_at_most_once_a_minute(
    owner: Person, people: PeopleFactory, sessions: SessionFactory
) -> None:
    program, start = people.program((await make_key(owner))["key"]), clock.now()
    seen = []
    for seconds in (0, 59, 61):
        with clock.turned_to(start + timedelta(seconds=seconds)):
            assert await _status(program) == 200
        async with transaction(sessions, owner.scope) as session:
            seen.append(await session.scalar(select(ApiKey.last_used_at)))

    assert seen == [start, start, start + timedelta(seconds=61)]


async def test_control_21_a_key_of_one_team_reaches_nothing_of_another(owner: Person, people: PeopleFactory) -> None:
    stranger = await people.owner("Strangers")
    customer = (await owner.client.post("/api/customers", json=CUSTOMER)).json()
    made = await make_key(owner)
    program = people.program((await make_key(stranger, GRANTABLE))["key"])

    assert (await program.get(f"/api/customers/{customer['id']}")).status_code == 404
    assert (await program.get("/api/customers")).json()["items"] == []
    assert (await stranger.client.post(f"/api/api-keys/{made['api_key']['id']}/revoke")).status_code == 404


async def test_control_21_one_round_trip_authenticates_a_key_or_a_token(
    committed_owner: Person, committed_people: PeopleFactory, settings: Settings
) -> None:
    """As a server asks it: in tests that roll back, each transaction begins by forgetting the scope of the one before."""
    key = (await make_key(committed_owner))["key"]
    token = (await tokens_for(committed_owner, committed_people.program()))["access_token"]
    engine = create_engine(msgspec.structs.replace(settings.database, pool_size=1, pool_overflow=0))
    app = create_app(settings, sessions=create_session_factory(engine))
    async with httpx.AsyncClient(transport=asgi_transport(app), base_url="http://testserver") as program:
        for credential, function in ((key, "authenticate_api_key"), (token, "authenticate_access_token")):
            await program.get("/api/customers", headers=bearer(credential))  # reads the signing keys
            async with all_statements(engine) as asked:
                # In a context of its own, as a server runs each request: nothing is left of the one before.
                request = program.get("/api/customers", headers=bearer(credential))
                answer = await asyncio.create_task(request, context=Context())
            assert answer.status_code == 200, answer.text
            assert [f"FROM {function}(" in statement for statement in asked] == [True, False], asked
            assert "FROM customers" in asked[1]
    await engine.dispose()


async def test_a_team_has_at_most_so_many_live_keys(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api_clients.services.LIVE_KEYS_PER_TEAM", 1)
    await make_key(owner)
    answer = await owner.client.post("/api/api-keys", json={"name": "One more", "scopes": READ_CUSTOMERS})

    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":too-many-api-keys")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MEMBER])
async def test_only_who_may_manage_keys_sees_them(owner: Person, people: PeopleFactory, role: Role) -> None:
    person = await people.member(owner.team_id, role)

    assert Permission.API_KEYS_MANAGE not in ROLE_PERMISSIONS[role]
    assert (await person.client.get("/api/api-keys")).status_code == 403
    assert (await person.client.get("/api/api-clients")).status_code == 403


async def test_what_a_key_changed_stands_in_the_audit_log_under_that_key(
    committed_owner: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    made = await make_key(committed_owner, [Permission.CUSTOMERS_WRITE])
    created = await committed_people.program(made["key"]).post("/api/customers", json=CUSTOMER)
    async with transaction(committed_sessions, committed_owner.scope) as session:
        statement = select(AuditEntry).where(AuditEntry.target_type.in_(["customer", "api_key"]))
        entries = {entry.target_type: entry for entry in await session.scalars(statement)}

    assert created.status_code == 201, created.text
    assert (entries["customer"].credential, str(entries["customer"].credential_id)) == (
        "api_key",
        made["api_key"]["id"],
    )
    assert entries["api_key"].after is not None
    assert entries["api_key"].after["key_hash"] == "•••"


async def test_control_22_a_request_carries_one_credential(owner: Person, people: PeopleFactory) -> None:
    key = (await make_key(owner))["key"]
    both = await owner.client.get("/api/customers", headers=bearer(key))
    twice = await people.program().get(
        "/api/customers", headers=[("Authorization", f"Bearer {key}"), ("Authorization", f"Bearer {key}")]
    )
    addressed = await people.program(key).get("/api/customers", params={"access_token": key})
    with_cookie = await owner.client.post("/api/auth/token", data={"grant_type": "refresh_token"})

    assert [answer.status_code for answer in (both, twice, addressed, with_cookie)] == [400] * 4
    for answer in (both, twice, addressed):
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_request"'


@pytest.mark.parametrize("header", ["", "Basic dXNlcjpwYXNz", "Token x", "Bearer", "Bearer a, Bearer b"])
async def test_control_22_another_scheme_is_refused_with_the_one_that_works(people: PeopleFactory, header: str) -> None:
    answer = await people.program().get("/api/customers", headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
