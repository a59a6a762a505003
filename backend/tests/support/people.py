"""Teams and signed-in people, made without the cost of hashing passwords."""

from uuid import UUID

import httpx
import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.client import ClientInfo
from app.auth.services import SessionService
from app.config import Settings
from app.db.session import SessionFactory, enter_scope, transaction
from app.db.tenancy import TenantScope
from app.lib import clock
from app.lib.ids import new_id
from app.models import Membership, Role, SellerProfile, User
from app.teams.repositories import SellerRepository
from app.teams.services import create_team
from tests.support.jobs import link_token, mails_to, run_waiting

BROWSER_HEADERS = {"Sec-Fetch-Site": "same-origin", "X-Requested-With": "quittance"}

COMPLETE_SELLER = {
    "legal_name": "Northwind Studio Ltd",
    "address_line_1": "1 Quay Street",
    "postal_code": "D01",
    "city": "Dublin",
    "country_code": "IE",
    "email": "accounts@northwind.example",
    "iban": "IE29AIBK93115212345678",
}


class Person(msgspec.Struct, kw_only=True):
    """Someone signed in to a team, with a browser of their own."""

    user_id: UUID
    team_id: UUID
    name: str
    email: str
    role: Role
    token: str
    client: httpx.AsyncClient

    @property
    def scope(self) -> TenantScope:
        return TenantScope(team_id=self.team_id, user_id=self.user_id)


async def add_user(session: AsyncSession, name: str, *, is_platform_admin: bool = False) -> User:
    user = User(
        id=new_id(),
        name=name,
        email=f"{new_id().hex}@example.com",
        password_hash="!",  # fits no password
        password_changed_at=clock.now(),
        email_verified_at=clock.now(),
        is_platform_admin=is_platform_admin,
    )
    session.add(user)
    await session.flush()
    return user


class PeopleFactory:
    """Makes people in the test's database and gives each a client with their session cookie."""

    def __init__(self, sessions: SessionFactory, settings: Settings, transport: httpx.AsyncBaseTransport) -> None:
        self._sessions = sessions
        self._settings = settings
        self._transport = transport
        self.clients: list[httpx.AsyncClient] = []

    def client(self, token: str | None = None) -> httpx.AsyncClient:
        cookies = {self._settings.session_cookie: token} if token else None
        client = httpx.AsyncClient(
            transport=self._transport, base_url="http://testserver", headers=BROWSER_HEADERS, cookies=cookies
        )
        self.clients.append(client)
        return client

    async def sign_up(self, client: httpx.AsyncClient, data: dict[str, str]) -> httpx.Response:
        """Sign up, let the worker send the mail, follow its link: the client is signed in afterwards."""
        asked = await client.post("/api/auth/sign-up", json=data)
        assert asked.status_code == 202, asked.text
        await run_waiting(self._sessions, self._settings)
        token = link_token((await mails_to(self._sessions, asked.json()["email"]))[-1].text)
        confirmation = {"token": token, "password": data["password"]}
        return await client.post("/api/auth/verify-email", json=confirmation)

    async def reset_token(self, client: httpx.AsyncClient, email: str) -> str:
        """Ask for a new password and read the mail."""
        asked = await client.post("/api/auth/password-reset", json={"email": email})
        assert asked.status_code == 202, asked.text
        await run_waiting(self._sessions, self._settings)
        return link_token((await mails_to(self._sessions, email))[-1].text)

    def program(self, credential: str | None = None) -> httpx.AsyncClient:
        """Something that is no browser: it sends none of a browser's headers, and keeps no cookie."""
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        client = httpx.AsyncClient(transport=self._transport, base_url="http://testserver", headers=headers)
        self.clients.append(client)
        return client

    async def owner(self, team_name: str = "Northwind", *, is_platform_admin: bool = False) -> Person:
        """Create a team, complete enough to issue invoices, with its owner."""
        async with transaction(self._sessions) as session:
            user = await add_user(session, f"Owner of {team_name}", is_platform_admin=is_platform_admin)
            team = await create_team(session, team_name, owner_id=user.id)
            profile = await SellerRepository(session, team.id).get_profile()
            assert isinstance(profile, SellerProfile)
            for field, value in COMPLETE_SELLER.items():
                setattr(profile, field, value)
            return self._sign_in(session, user, team.id, Role.OWNER)

    async def member(self, team_id: UUID, role: Role) -> Person:
        """Add a person with a role to a team."""
        async with transaction(self._sessions) as session:
            user = await add_user(session, f"A {role}")
            await enter_scope(session, TenantScope(team_id=team_id, user_id=user.id))
            session.add(Membership(team_id=team_id, user_id=user.id, role=role))
            return self._sign_in(session, user, team_id, role)

    async def sign_in_again(self, person: Person) -> httpx.AsyncClient:
        """Give a person a browser in which they have just proven who they are."""
        async with transaction(self._sessions) as session:
            token = SessionService(session, self._settings).start(
                person.user_id, person.team_id, client=ClientInfo(ip_address="127.0.0.1", user_agent="tests")
            )
        return self.client(token)

    def _sign_in(self, session: AsyncSession, user: User, team_id: UUID, role: Role) -> Person:
        token = SessionService(session, self._settings).start(
            user.id, team_id, client=ClientInfo(ip_address="127.0.0.1", user_agent="tests")
        )
        return Person(
            user_id=user.id,
            team_id=team_id,
            name=user.name,
            email=user.email,
            role=role,
            token=token,
            client=self.client(token),
        )
