"""Who is calling, as every service sees them."""

from uuid import UUID

import msgspec

from app.auth.permissions import ROLE_PERMISSIONS, Permission
from app.db.tenancy import TenantScope
from app.models import Role


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person in their current team."""

    session_id: UUID
    user_id: UUID
    user_name: str
    email: str
    is_platform_admin: bool
    team_id: UUID
    team_name: str
    role: Role

    @property
    def permissions(self) -> frozenset[Permission]:
        return ROLE_PERMISSIONS[self.role]

    @property
    def scope(self) -> TenantScope:
        return TenantScope(team_id=self.team_id, user_id=self.user_id)
