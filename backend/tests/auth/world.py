"""Two teams with something of everything, and everybody who may call: built once per run, and untouched after each call."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.db.tenancy import SET_SCOPE, TenantScope, scope_parameters
from app.lib import clock
from app.lib.ids import new_id
from app.models import (
    Base,
    CatchUp,
    DataExport,
    DataExportArchive,
    ExportState,
    JobLogLine,
    JobRun,
    JobSchedule,
    JobState,
    LinkedIdentity,
    Membership,
    Passkey,
    Role,
    Session,
    User,
)
from app.queue.enqueue import enqueue
from app.queue.schedules import Declaration
from app.server.app import create_app
from tests.auth.identities import IDENTITIES, Identity, Maker, Shown, Side
from tests.auth.policies import LINE, Ids
from tests.conftest import LimiterOnSharedConnection, create_session_factory_for_tests
from tests.support.asgi import Call, send
from tests.support.people import PeopleFactory, Person
from tests.support.transport import asgi_transport

CANARY = "canaryoftheotherteam"
_MARKS = {Side.AIMED_AT: CANARY, Side.OTHER: "strangers"}
# What a look at something may move, and what counts looks.
_MOVING_COLUMNS = ("last_seen_at", "last_used_at")
_MOVING_TABLES = {"rate_limit_windows", "saq_jobs"}


class World(msgspec.Struct):
    connection: AsyncConnection
    sessions: SessionFactory
    settings: Settings
    app: Litestar
    owners: dict[Side, Person]
    shown: dict[str, Shown]
    team_ids: dict[Side, Ids]
    own_ids: dict[str, Ids]  # what belongs to a person and not to a team, by identity

    def ids_of(self, identity: Identity) -> Ids:
        return self.team_ids[identity.side] | self.own_ids.get(identity.name, {})

    async def call(self, identity: Identity, call: Call) -> httpx.Response:
        return await send(self.app, call, self.shown[identity.name].headers, is_browser=identity.is_browser)

    @asynccontextmanager
    async def untouched(self) -> AsyncGenerator[None]:
        """Whatever is written inside is taken back."""
        savepoint = await self.connection.begin_nested()
        try:
            yield
        finally:
            await savepoint.rollback()

    async def fingerprint(self, *sides: Side) -> dict[str, str]:
        """A digest of each table: all that the sides' teams have, and all that belongs to no team."""
        digests: dict[str, str] = {}
        async with self.untouched():
            for side in sides:
                person = self.owners[side]
                await self.connection.execute(SET_SCOPE, scope_parameters(person.scope))
                rows = await self.connection.execute(text(_digests()), {"team": person.team_id})
                digests |= {f"{table} ({side})": digest for table, digest in rows}
        return digests

    async def rows_with(self, words: str, side: Side) -> list[str]:
        """The tables in which the words stand in a row of the side's team."""
        async with self.untouched():
            await self.connection.execute(SET_SCOPE, scope_parameters(self.owners[side].scope))
            rows = await self.connection.execute(
                text(_finds()), {"team": self.owners[side].team_id, "words": f"%{words}%"}
            )
            return [table for (table,) in rows]

    async def jobs(self) -> set[str]:
        """What waits to be done, for any team: a mail, above all."""
        return set((await self.connection.scalars(text("SELECT key FROM saq_jobs"))).all())


def _digests() -> str:
    without = "".join(f" - '{column}'" for column in _MOVING_COLUMNS)
    return " UNION ALL ".join(
        f"SELECT '{table.name}', coalesce(md5(string_agg((to_jsonb(t){without})::text, '|' ORDER BY t::text)), '')"
        f" FROM {table.name} t" + (" WHERE team_id = :team" if "team_id" in table.columns else "")
        for table in Base.metadata.sorted_tables
        if table.name not in _MOVING_TABLES and table.name != "sessions"
    ) + (
        f" UNION ALL SELECT 'sessions', md5(string_agg((to_jsonb(t){without})::text, '|' ORDER BY t.id)) FROM sessions t"
    )


def _finds() -> str:
    return " UNION ALL ".join(
        f"SELECT '{table.name}' WHERE EXISTS (SELECT FROM {table.name} t WHERE team_id = :team AND t::text LIKE :words)"
        for table in Base.metadata.sorted_tables
        if "team_id" in table.columns
    )


# --- what there is in a team: a new domain adds a function, its parameters' names are the keys


async def _invoicing(person: Person, mark: str, _session: AsyncSession) -> Ids:
    """Two customers, a draft, an issued and twice partly paid invoice: enough for a second page of each list."""
    client = person.client
    created = {"name": mark, "email": f"{mark}@example.com", "currency": "EUR"}
    customer = (await client.post("/api/customers", json=created)).json()
    assert (await client.post("/api/customers", json=created)).status_code == 201
    lines = [LINE | {"description": mark, "unit_price": "100.00"}]
    body = {"customer_id": customer["id"], "currency": "EUR", "note": mark, "lines": lines}
    draft = (await client.post("/api/invoices", json=body)).json()
    issued = (await client.post("/api/invoices", json=body)).json()
    answer = await client.post(f"/api/invoices/{issued['id']}/issue", json={})
    assert answer.status_code == 200, answer.text
    paid = {"amount": "5.00", "paid_on": "2026-01-05", "method": "cash", "note": mark}
    assert (await client.post(f"/api/invoices/{issued['id']}/payments", json=paid)).status_code == 201
    payment = (await client.post(f"/api/invoices/{issued['id']}/payments", json=paid)).json()
    return {
        "customer_id": customer["id"],
        "draft_id": draft["id"],
        "invoice_id": issued["id"],
        "payment_id": payment["id"],
    }


async def _mailbox(_person: Person, _mark: str, _session: AsyncSession) -> Ids:
    """Development's mailbox is nobody's: it stands in for the outside world."""
    return {"message_id": str(new_id()), "attachment_id": str(new_id())}


async def _people(person: Person, mark: str, session: AsyncSession) -> Ids:
    """The team itself, a colleague to decide about, and somebody invited."""
    colleague = User(
        id=new_id(),
        name=mark,
        email=f"colleague-{mark}@example.com",
        password_changed_at=clock.now(),
        email_verified_at=clock.now(),
    )
    session.add(colleague)
    await session.flush()
    session.add(Membership(team_id=person.team_id, user_id=colleague.id, role=Role.VIEWER))
    invited = {"email": f"guest-{mark}@example.com", "role": "viewer"}
    answered = await person.client.post("/api/team/invitations", json=invited)
    assert answered.status_code == 201, answered.text
    invitation = answered.json()
    return {
        "team_id": str(person.team_id),
        "team_name": mark,
        "user_id": str(colleague.id),
        "invitation_id": invitation["id"],
    }


async def _programs(person: Person, mark: str, _session: AsyncSession) -> Ids:
    program = {"name": mark, "scopes": ["customers:read"]}
    made_key = (await person.client.post("/api/api-keys", json=program)).json()
    connected = (await person.client.post("/api/api-clients", json=program)).json()
    return {"api_key_id": made_key["api_key"]["id"], "api_client_id": connected["api_client"]["id"]}


async def _jobs(person: Person, mark: str, session: AsyncSession) -> Ids:
    """One job that waits for tomorrow, and one that died, with a line of its log."""
    now = clock.now()
    tomorrow = (now + timedelta(days=1)).timestamp()
    greeting: dict[str, Any] = {"name": mark, "email": f"{mark}@example.com", "team_name": mark}
    waiting_id = await enqueue(session, "send_welcome_email", scheduled=tomorrow, **greeting)
    dead = JobRun(
        id=new_id(),
        team_id=person.team_id,
        queue="default",
        task="send_welcome_email",
        arguments=greeting,
        state=JobState.DEAD,
        attempt=1,
        max_attempts=1,
        error=mark,
        scheduled_at=now,
        queued_at=now,
        finished_at=now,
    )
    line = JobLogLine(
        team_id=person.team_id, run_id=dead.id, attempt=1, number=1, at=now, level="info", event=mark, fields={}
    )
    session.add_all([dead, line])
    if await session.get(JobSchedule, "daily_cleanup") is None:
        session.add(daily_cleanup_schedule())
    await session.flush()
    return {"job_id": str(waiting_id), "finished_job_id": str(dead.id)}


def daily_cleanup_schedule() -> JobSchedule:
    return JobSchedule(
        name="daily_cleanup",
        queue="default",
        task="daily_cleanup",
        arguments={},
        cron="0 2 * * *",
        time_zone="UTC",
        catch_up=CatchUp.SKIP,
        most_caught_up=1,
        declaration=Declaration(cron="0 2 * * *", catch_up=CatchUp.SKIP, most_caught_up=1).as_text(),
        next_run_at=clock.now() + timedelta(hours=1),
    )


TEAM_OBJECTS: list[Callable[[Person, str, AsyncSession], Awaitable[Ids]]] = [
    _invoicing,
    _mailbox,
    _people,
    _programs,
    _jobs,
]


# --- what a person has, whichever team they are in


async def _ways_in(user_id: UUID, mark: str, session: AsyncSession) -> Ids:
    """A passkey, a linked account, and a session in another browser."""
    now = clock.now()
    passkey = Passkey(
        id=new_id(),
        user_id=user_id,
        credential_id=new_id().bytes,
        public_key=b"of no key",
        sign_count=0,
        transports=[],
        is_synced=False,
        name=mark,
        created_at=now,
    )
    identity = LinkedIdentity(
        id=new_id(), user_id=user_id, issuer="https://provider.example", subject=new_id().hex, label=mark
    )
    elsewhere = Session(
        id=new_id(),
        user_id=user_id,
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(days=1),
        user_agent=mark,
        ip_address="127.0.0.1",
    )
    session.add_all([passkey, identity, elsewhere])
    await session.flush()
    return {"passkey_id": str(passkey.id), "identity_id": str(identity.id), "session_id": str(elsewhere.id)}


async def _copy_of_their_data(user_id: UUID, mark: str, session: AsyncSession) -> Ids:
    now = clock.now()
    export = DataExport(
        id=new_id(),
        user_id=user_id,
        state=ExportState.READY,
        requested_at=now,
        finished_at=now,
        expires_at=now + timedelta(days=1),
    )
    session.add(export)
    await session.flush()
    content = mark.encode()
    session.add(DataExportArchive(data_export_id=export.id, progress=1.0, size_bytes=len(content), content=content))
    await session.flush()
    return {"data_export_id": str(export.id)}


PERSON_OBJECTS: list[Callable[[UUID, str, AsyncSession], Awaitable[Ids]]] = [_ways_in, _copy_of_their_data]


async def build_world(connection: AsyncConnection, settings: Settings) -> World:
    """Two teams and everybody, in the connection's open transaction."""
    sessions = create_session_factory_for_tests()
    sessions.configure(bind=connection)
    app = create_app(settings, sessions=sessions)
    app.state.limiter = LimiterOnSharedConnection(sessions, settings.secret_key)
    people = PeopleFactory(sessions, settings, asgi_transport(app))
    owners: dict[Side, Person] = {}
    for side, mark in _MARKS.items():
        owners[side] = await people.owner(mark)
        await _write_audit_log(connection)
    team_ids: dict[Side, Ids] = {side: {} for side in _MARKS}
    for side, person in owners.items():
        for build in TEAM_OBJECTS:
            async with transaction(sessions, person.scope) as session:
                team_ids[side] |= await build(person, _MARKS[side], session)
            await _write_audit_log(connection)
    shown: dict[str, Shown] = {}
    own_ids: dict[str, Ids] = {}
    for identity in IDENTITIES:
        async with transaction(sessions, TenantScope()) as session:
            teams = {side: owner.team_id for side, owner in owners.items()}
            maker = Maker(session, settings, app.state.access_tokens, teams, _MARKS)
            shown[identity.name] = await identity.show(maker, identity)
        await _write_audit_log(connection)
        user_id = shown[identity.name].user_id
        if user_id is None:
            continue
        own_ids[identity.name] = {}
        for build_own in PERSON_OBJECTS:
            async with transaction(sessions, TenantScope(user_id=user_id)) as session:
                own_ids[identity.name] |= await build_own(user_id, _MARKS[identity.side], session)
            await _write_audit_log(connection)
    for client in people.clients:
        await client.aclose()
    return World(connection, sessions, settings, app, owners, shown, team_ids, own_ids)


async def _write_audit_log(connection: AsyncConnection) -> None:
    """It is written at COMMIT, which never comes here, in the name of whoever is scoped to then."""
    await connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    await connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))
