"""Everybody who may call a route: what the rules ask about them, and the credential they show."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.access_tokens import AccessTokens
from app.auth.api_keys import api_key_hash, new_api_key
from app.auth.client import ClientInfo
from app.auth.permissions import BROWSER_ONLY, Permission
from app.auth.services import SessionService
from app.config import Settings
from app.db.session import enter_scope
from app.db.tenancy import TenantScope
from app.lib import clock
from app.lib.ids import new_id
from app.lib.tokens import keyed_hash
from app.models import ApiClient, ApiKey, Impersonation, Membership, Role, Session, SessionKind, User

type Headers = dict[str, str]

# All that a program can be given: what its person's role doesn't include it can't do all the same.
EVERY_SCOPE = frozenset(str(permission) for permission in set(Permission) - BROWSER_ONLY)


class Side(StrEnum):
    """Whose objects somebody calls with."""

    AIMED_AT = "the team aimed at"
    OTHER = "another team"


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody, by the facts that decide what they may do; the defaults are a signed-in person in a browser."""

    name: str
    side: Side = Side.AIMED_AT
    role: Role | None = None  # None: in no team
    is_known: bool = True  # shows a credential that is valid now
    is_verified: bool = True
    is_second_factor_due: bool = False
    is_fresh: bool = True
    is_browser: bool = True
    scopes: frozenset[str] | None = None  # None: all that the role may
    is_platform_admin: bool = False
    factors: int = 1
    is_impersonator: bool = False
    may_write: bool = True  # an impersonator, in the person's name
    show: Callable[["Maker", "Identity"], Awaitable["Shown"]]

    @property
    def id(self) -> str:
        return self.name


class Shown(msgspec.Struct, frozen=True):
    """A person and what their requests carry."""

    user_id: UUID | None
    headers: Headers
    secrets: tuple[str, ...] = ()


class Maker(msgspec.Struct):
    """What is needed to make credentials: a transaction, the signing of tokens, and the team that an identity is in."""

    session: AsyncSession
    settings: Settings
    access_tokens: AccessTokens
    teams: dict[Side, UUID]
    marks: dict[Side, str]

    async def person(self, identity: Identity, **fields: object) -> User:
        """A new user, and a member of the identity's team if they have a role there."""
        mark = self.marks[identity.side]
        user = User(
            id=new_id(),
            name=f"{identity.name} {mark}",
            email=f"{new_id().hex}-{mark}@example.com",
            password_changed_at=clock.now(),
            email_verified_at=clock.now() if identity.is_verified else None,
            is_platform_admin=identity.is_platform_admin,
            **fields,
        )
        self.session.add(user)
        await self.session.flush()
        team_id = self.teams[identity.side]
        await enter_scope(self.session, TenantScope(team_id=team_id, user_id=user.id))
        if identity.role is not None:
            self.session.add(Membership(team_id=team_id, user_id=user.id, role=identity.role))
        await self.session.flush()
        return user

    async def browser(self, identity: Identity, user: User, **fields: object) -> Shown:
        """A session in a browser, open on the identity's team."""
        token = SessionService(self.session, self.settings).start(
            user.id,
            self.teams[identity.side],
            client=ClientInfo(ip_address="127.0.0.1", user_agent="tests"),
            is_second_factor_due=identity.is_second_factor_due,
        )
        id_hash = keyed_hash(self.settings.secret_key, "session", token)
        row = (await self.session.scalars(select(Session).where(Session.id_hash == id_hash))).one()
        row.assurance_level = identity.factors
        if not identity.is_fresh:
            row.authenticated_at = clock.now() - timedelta(minutes=11)
        for field, value in fields.items():
            setattr(row, field, value)
        await self.session.flush()
        return Shown(user.id, {"Cookie": f"{self.settings.session_cookie}={token}"}, (token,))

    async def api_key(self, identity: Identity, user: User, **fields: object) -> Shown:
        """A key in the person's name, with the identity's scopes."""
        new = new_api_key()
        row = ApiKey(
            id=new_id(),
            team_id=self.teams[identity.side],
            user_id=user.id,
            name=f"Key {self.marks[identity.side]}",
            public_id=new.public_id,
            key_hash=api_key_hash(new.key, self.settings.secret_key),
            scopes=sorted(identity.scopes or ()),
            created_at=clock.now(),
            **fields,
        )
        self.session.add(row)
        await self.session.flush()
        return _bearer(user, new.key)

    async def access_token(self, identity: Identity, user: User, **session_fields: object) -> Shown:
        """A token with the identity's scopes, of a program that was given every scope."""
        now, team_id = clock.now(), self.teams[identity.side]
        opened = Session(
            id=new_id(),
            kind=SessionKind.API_CLIENT,
            user_id=user.id,
            team_id=team_id,
            methods=[],
            scopes=sorted(EVERY_SCOPE),
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(days=30),
            user_agent="tests",
            ip_address="127.0.0.1",
            **session_fields,
        )
        self.session.add(opened)
        await self.session.flush()
        client = ApiClient(
            id=new_id(),
            team_id=team_id,
            user_id=user.id,
            session_id=opened.id,
            name=f"Client {self.marks[identity.side]}",
            created_at=now,
        )
        self.session.add(client)
        await self.session.flush()
        token = await self.access_tokens.issue(
            user_id=user.id,
            client_id=client.id,
            session_id=opened.id,
            team_id=team_id,
            scopes=[Permission(scope) for scope in identity.scopes or ()],
        )
        return _bearer(user, token)

    async def remove(self, identity: Identity, user: User) -> None:
        """Take the person out of the team, and with them what acted in their name there."""
        await self.session.execute(
            delete(Membership).where(Membership.team_id == self.teams[identity.side], Membership.user_id == user.id)
        )


def _bearer(user: User, credential: str) -> Shown:
    return Shown(user.id, {"Authorization": f"Bearer {credential}"}, (credential,))


async def nobody(_maker: Maker, _identity: Identity) -> Shown:
    return Shown(None, {})


async def in_a_browser(maker: Maker, identity: Identity) -> Shown:
    return await maker.browser(identity, await maker.person(identity))


async def in_an_expired_session(maker: Maker, identity: Identity) -> Shown:
    user = await maker.person(identity)
    return await maker.browser(identity, user, expires_at=clock.now() - timedelta(seconds=1))


async def in_an_idle_session(maker: Maker, identity: Identity) -> Shown:
    user = await maker.person(identity)
    idle = timedelta(hours=maker.settings.session.idle_hours, seconds=1)
    return await maker.browser(identity, user, last_seen_at=clock.now() - idle)


async def in_a_revoked_session(maker: Maker, identity: Identity) -> Shown:
    return await maker.browser(identity, await maker.person(identity), revoked_at=clock.now())


async def disabled(maker: Maker, identity: Identity) -> Shown:
    return await maker.browser(identity, await maker.person(identity, disabled_at=clock.now()))


async def through_other_eyes(maker: Maker, identity: Identity) -> Shown:
    """An administrator in the session of a person of the team: nobody proved to be that person."""
    administrator = User(
        id=new_id(),
        name="Administrator",
        email=f"{new_id().hex}@example.com",
        password_changed_at=clock.now(),
        email_verified_at=clock.now(),
        is_platform_admin=True,
    )
    maker.session.add(administrator)
    user = await maker.person(identity)
    now = clock.now()
    impersonation = Impersonation(
        id=new_id(),
        administrator_id=administrator.id,
        user_id=user.id,
        reason="They asked for help",
        is_read_only=not identity.may_write,
        started_at=now,
        expires_at=now + timedelta(hours=1),
    )
    maker.session.add(impersonation)
    await maker.session.flush()
    return await maker.browser(identity, user, impersonation_id=impersonation.id, authenticated_at=None, methods=[])


async def with_an_api_key(maker: Maker, identity: Identity) -> Shown:
    return await maker.api_key(identity, await maker.person(identity))


async def with_an_expired_key(maker: Maker, identity: Identity) -> Shown:
    return await maker.api_key(identity, await maker.person(identity), expires_at=clock.now() - timedelta(seconds=1))


async def with_a_revoked_key(maker: Maker, identity: Identity) -> Shown:
    return await maker.api_key(identity, await maker.person(identity), revoked_at=clock.now())


async def with_the_key_of_a_removed_member(maker: Maker, identity: Identity) -> Shown:
    user = await maker.person(identity)
    shown = await maker.api_key(identity, user)
    await maker.remove(identity, user)
    return shown


async def with_the_key_of_somebody_disabled(maker: Maker, identity: Identity) -> Shown:
    return await maker.api_key(identity, await maker.person(identity, disabled_at=clock.now()))


async def with_an_access_token(maker: Maker, identity: Identity) -> Shown:
    return await maker.access_token(identity, await maker.person(identity))


async def with_an_expired_token(maker: Maker, identity: Identity) -> Shown:
    """Ten minutes and a little more than the leeway old; its session goes on."""
    user = await maker.person(identity)
    with clock.turned_to(clock.now() - timedelta(minutes=11, seconds=1)):
        return await maker.access_token(identity, user)


async def with_a_token_of_a_revoked_family(maker: Maker, identity: Identity) -> Shown:
    return await maker.access_token(identity, await maker.person(identity), revoked_at=clock.now())


async def with_the_token_of_a_removed_member(maker: Maker, identity: Identity) -> Shown:
    user = await maker.person(identity)
    shown = await maker.access_token(identity, user)
    await maker.remove(identity, user)
    return shown


def program(name: str, show: Callable[[Maker, Identity], Awaitable[Shown]], **facts: Any) -> Identity:
    """An owner's program with every scope, but for the facts given."""
    usual: dict[str, Any] = {"role": Role.OWNER, "scopes": EVERY_SCOPE, "is_browser": False, "is_fresh": False}
    return Identity(name=name, show=show, **(usual | facts))


# A new kind of credential is a `show` above and one entry here.
IDENTITIES: list[Identity] = [
    Identity(name="anonymous", is_known=False, show=nobody),
    Identity(name="expired session", role=Role.OWNER, is_known=False, show=in_an_expired_session),
    Identity(name="idle session", role=Role.OWNER, is_known=False, show=in_an_idle_session),
    Identity(name="revoked session", role=Role.OWNER, is_known=False, show=in_a_revoked_session),
    Identity(name="disabled person", role=Role.OWNER, is_known=False, show=disabled),
    Identity(name="half-authenticated", role=Role.OWNER, is_second_factor_due=True, show=in_a_browser),
    Identity(name="removed member", show=in_a_browser),
    Identity(name="viewer", role=Role.VIEWER, show=in_a_browser),
    Identity(name="member", role=Role.MEMBER, show=in_a_browser),
    Identity(name="admin", role=Role.ADMIN, show=in_a_browser),
    Identity(name="owner", role=Role.OWNER, show=in_a_browser),
    Identity(name="unverified owner", role=Role.OWNER, is_verified=False, show=in_a_browser),
    Identity(name="stale owner", role=Role.OWNER, is_fresh=False, show=in_a_browser),
    Identity(
        name="impersonator",
        role=Role.OWNER,
        is_impersonator=True,
        may_write=False,
        is_fresh=False,
        show=through_other_eyes,
    ),
    Identity(
        name="impersonator who may write",
        role=Role.OWNER,
        is_impersonator=True,
        is_fresh=False,
        show=through_other_eyes,
    ),
    Identity(name="other team's owner", side=Side.OTHER, role=Role.OWNER, show=in_a_browser),
    Identity(
        name="platform admin",
        side=Side.OTHER,
        role=Role.OWNER,
        is_platform_admin=True,
        factors=2,
        show=in_a_browser,
    ),
    Identity(
        name="platform admin with one factor",
        side=Side.OTHER,
        role=Role.OWNER,
        is_platform_admin=True,
        show=in_a_browser,
    ),
    # The two that may only do something have no scope in common: whatever a route asks for, one of them lacks it.
    program("API key", with_an_api_key),
    program("API key for customers", with_an_api_key, scopes=frozenset({"customers:read", "customers:write"})),
    program("viewer's API key", with_an_api_key, role=Role.VIEWER),
    program("unverified owner's API key", with_an_api_key, is_verified=False),
    program("platform admin's API key", with_an_api_key, side=Side.OTHER, is_platform_admin=True),
    program("other team's API key", with_an_api_key, side=Side.OTHER),
    program("expired API key", with_an_expired_key, is_known=False),
    program("revoked API key", with_a_revoked_key, is_known=False),
    program("removed member's API key", with_the_key_of_a_removed_member, is_known=False),
    program("disabled person's API key", with_the_key_of_somebody_disabled, is_known=False),
    program("access token", with_an_access_token),
    program("access token for the team", with_an_access_token, scopes=frozenset({"team:read", "team:write"})),
    program("other team's access token", with_an_access_token, side=Side.OTHER),
    program("expired access token", with_an_expired_token, is_known=False),
    program("revoked family's access token", with_a_token_of_a_revoked_family, is_known=False),
    program("removed member's access token", with_the_token_of_a_removed_member, is_known=False),
]
