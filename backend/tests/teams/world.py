"""The product with a model by its side: each request is sent at the model's moment, and what is stored can be compared."""

from datetime import UTC, datetime
from typing import override
from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.auth.client import ClientInfo
from app.auth.rate_limits import Bucket, RateLimiter
from app.auth.services import SessionService
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.lib import clock
from app.lib.ids import new_id
from app.models import Membership, Role, Team
from app.teams.notices import InvitationMailService
from tests.payments.builders import build_customer, build_issued_invoice
from tests.support.jobs import link_token, run_task
from tests.support.people import PeopleFactory, Person
from tests.teams.model import ModelInvitation, ModelPerson, ModelTeam, ModelWorld

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
GUESTS = ("grace", "linus")


class NoLimits(RateLimiter):
    """How often somebody may try is another test's question."""

    @override
    async def spend(self, *buckets: Bucket) -> None:
        pass


class World:
    """The product, and by its side the model; everything happens at the model's moment."""

    def __init__(
        self, connection: AsyncConnection, people: PeopleFactory, sessions: SessionFactory, settings: Settings
    ) -> None:
        self.model = ModelWorld(START)
        self.clients: dict[UUID, httpx.AsyncClient] = {}
        self.tokens: dict[UUID, str] = {}
        self.dead_tokens: list[str] = []
        self.people = people
        self.guests = [f"{name}.{new_id().hex}@example.com" for name in GUESTS]
        self._connection = connection
        self._sessions = sessions
        self._settings = settings

    async def begin(self) -> None:
        """Two teams, of which one has issued an invoice; and somebody without a team."""
        self._savepoint = await self._connection.begin_nested()
        with clock.turned_to(START):
            first, second = await self.people.owner("Northwind"), await self.people.owner("Southwind")
            colleagues = [await self.people.member(first.team_id, role) for role in (Role.ADMIN, Role.MEMBER)]
            for person in (first, second, *colleagues):
                team = self.model.teams.setdefault(person.team_id, ModelTeam("Northwind", has_documents=True, roles={}))
                team.roles[person.user_id] = person.role
                self._add(person)
            self.model.teams[second.team_id].name, self.model.teams[second.team_id].has_documents = "Southwind", False
            async with transaction(self._sessions, first.scope) as session:
                customer = build_customer(first.team_id)
                session.add(customer)
                await session.flush()
                session.add(build_issued_invoice(customer))
            nobody = await self.people.member(second.team_id, Role.VIEWER)
            self._add(nobody)
            assert (await nobody.client.delete(f"/api/me/teams/{second.team_id}")).status_code == 204

    async def end(self) -> None:
        await self._savepoint.rollback()

    def _add(self, person: Person) -> None:
        self.model.people[person.user_id] = ModelPerson(person.user_id, person.email, START, person.team_id)
        self.clients[person.user_id] = person.client

    async def request(self, client: httpx.AsyncClient, method: str, path: str, body: object = None) -> httpx.Response:
        with clock.turned_to(self.model.now):
            return await client.request(method, path, json=body)

    async def sign_in(self, person: ModelPerson) -> None:
        with clock.turned_to(self.model.now):
            async with transaction(self._sessions) as session:
                token = SessionService(session, self._settings).start(
                    person.id, person.current, client=ClientInfo(ip_address="127.0.0.1", user_agent="tests")
                )
        cookies = self.clients[person.id].cookies
        cookies.clear()
        cookies.set(self._settings.session_cookie, token)
        person.proven_at = self.model.now

    async def mail(self, invitation: ModelInvitation) -> None:
        """Let the worker mail the link, which ends the one before it."""
        if former := self.tokens.get(invitation.id):
            self.dead_tokens.append(former)
        with clock.turned_to(self.model.now):
            async with transaction(self._sessions, TenantScope(team_id=invitation.team_id)) as session:
                letters = InvitationMailService(session, invitation.team_id, self._settings)
                mail = await letters.compose(invitation.id, key=new_id().hex)
                await letters.mark_sent(invitation.id)
        assert mail is not None
        assert mail.to == invitation.email
        self.tokens[invitation.id] = link_token(mail.text)

    async def pass_night(self) -> int:
        with clock.turned_to(self.model.now):
            return (await run_task(self._sessions, self._settings, "close_due_teams"))["closed"]

    async def join(self, client: httpx.AsyncClient, invitation: ModelInvitation) -> httpx.Response:
        body = {"token": self.tokens[invitation.id], "name": "Grace", "password": "four unrelated words"}
        return await self.request(client, "POST", "/api/invitations/join", body)

    async def meet(self, client: httpx.AsyncClient, invitation: ModelInvitation) -> ModelPerson:
        """Somebody who has just joined."""
        me = (await self.request(client, "GET", "/api/me")).json()["user"]
        person = ModelPerson(UUID(me["id"]), me["email"], self.model.now, invitation.team_id)
        self.clients[person.id] = client
        return person

    async def memberships(self) -> dict[tuple[UUID, UUID], Role]:
        ids = [*self.model.people]
        async with transaction(self._sessions, TenantScope(is_platform_wide=True)) as session:
            rows = await session.scalars(select(Membership).where(Membership.user_id.in_(ids)))
            return {(row.team_id, row.user_id): Role(row.role) for row in rows}

    async def is_seen_as_the_model_has_it(self) -> None:
        """What is stored of the teams, what people see of theirs, and what their managers see of invitations."""
        model = self.model
        async with transaction(self._sessions) as session:
            ids = [*model.teams, *model.ended]
            stored = {team.id: team for team in await session.scalars(select(Team).where(Team.id.in_(ids)))}
        assert {*stored} == {*model.teams, *model.closed}
        assert {id_ for id_, team in stored.items() if team.closed_at} == {*model.closed}
        for person in model.people.values():
            me = (await self.request(self.clients[person.id], "GET", "/api/me")).json()
            assert {
                (UUID(team["id"]), team["name"], team["role"], bool(team["deletion_due_at"])) for team in me["teams"]
            } == {
                (id_, team.name, team.roles[person.id], bool(team.deletion_due_at))
                for id_, team in model.teams.items()
                if person.id in team.roles
            }
            assert (me["team"] and UUID(me["team"]["id"])) == (person.current if model.team_of(person) else None)
            if model.team_of(person):
                answer = await self.request(self.clients[person.id], "GET", "/api/team/invitations")
                pending = {UUID(each["id"]) for each in answer.json()["items"] if each["state"] == "pending"}
                assert pending == model.pending(person.current)
