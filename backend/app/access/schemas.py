from uuid import UUID

import msgspec

from app.auth.permissions import Permission
from app.lib.fields import Email, Name, Password, PasswordAttempt
from app.models import Role
from app.users.schemas import User


class SignUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    email: Email
    password: Password
    team_name: Name


class LogIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email
    password: PasswordAttempt


class TeamSummary(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, to which team, and what they may do there."""

    user: User
    team: TeamSummary
    role: Role
    permissions: list[Permission]
