"""Who is calling, as every service sees them."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import Dependency

from app.auth.permissions import ROLE_PERMISSIONS, Permission
from app.db.tenancy import Actor, TenantScope
from app.lib import clock
from app.models import Role

FRESH_FOR = timedelta(minutes=10)


class CredentialKind(StrEnum):
    """By what a request shows who sends it; a request carries exactly one."""

    SESSION = "session"
    ACCESS_TOKEN = "access_token"  # noqa: S105 - a kind, not a token
    API_KEY = "api_key"


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person, whether or not they are in a team."""

    credential: CredentialKind
    credential_id: UUID  # of the session or the API key; ends the event streams it opened when it is revoked
    user_id: UUID
    user_name: str
    email: str
    is_email_verified: bool
    is_platform_admin: bool
    assurance_level: int
    is_second_factor_due: bool
    authenticated_at: datetime | None
    impersonator_id: UUID | None
    is_read_only: bool

    @property
    def is_fresh(self) -> bool:
        """Whether the person proved who they are within the last ten minutes."""
        return self.authenticated_at is not None and clock.now() - self.authenticated_at <= FRESH_FOR

    @property
    def actor(self) -> Actor:
        return Actor(credential=self.credential, credential_id=self.credential_id, impersonator_id=self.impersonator_id)

    @property
    def scope(self) -> TenantScope:
        return TenantScope(user_id=self.user_id, actor=self.actor)


class Caller(Principal, frozen=True, kw_only=True):
    """A signed-in person in their current team."""

    team_id: UUID
    team_name: str
    role: Role
    scopes: frozenset[Permission] | None  # of an API key or access token; None: all that the role may

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role includes now, as far as the credential's scopes go."""
        permissions = ROLE_PERMISSIONS[self.role]
        return permissions if self.scopes is None else permissions & self.scopes

    @property
    def scope(self) -> TenantScope:
        return TenantScope(team_id=self.team_id, user_id=self.user_id, actor=self.actor)


# For handlers' parameters: Litestar would refuse a `Caller` where a `Principal` is asked for.
AnyPrincipal = Annotated[Principal, Dependency(skip_validation=True)]
