from datetime import datetime
from uuid import UUID

import msgspec

from app.auth.permissions import Permission
from app.lib.fields import Email, PasswordAttempt
from app.models import Role
from app.users.schemas import User


class LogIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email
    password: PasswordAttempt


class TeamSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A team that you are in, and as what."""

    id: UUID
    name: str
    role: Role
    deletion_due_at: datetime | None


class ImpersonationSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who runs the installation is looking through your eyes: who, why, and until when."""

    administrator_name: str
    reason: str
    is_read_only: bool
    expires_at: datetime


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, to which team, and what they may do there."""

    user: User
    team: TeamSummary | None
    teams: list[TeamSummary]
    permissions: list[Permission]
    authenticated_at: datetime | None
    assurance_level: int
    impersonation: ImpersonationSummary | None


class LogInResult(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the password was enough; if not, the second step is at `/api/auth/second-factor`."""

    is_second_factor_due: bool
