"""What those who run the installation see and do: people and teams, never what a team works on."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from app.lib.fields import Reason
from app.models import Role

type UserState = Literal["all", "unverified", "disabled", "deletion_due", "administrator"]


class AdminOverview(msgspec.Struct, frozen=True, kw_only=True):
    """How many there are."""

    user_count: int
    unverified_user_count: int
    second_factor_user_count: int
    disabled_user_count: int
    deletion_due_user_count: int
    administrator_count: int
    team_count: int
    live_session_count: int
    running_impersonation_count: int


class AdminUserTeam(msgspec.Struct, frozen=True, kw_only=True):
    """A team somebody is in, and as what."""

    id: UUID
    name: str
    role: Role


class AdminUser(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the administration sees it."""

    id: UUID
    name: str
    email: str
    is_email_verified: bool
    has_second_factor: bool
    is_platform_admin: bool
    disabled_at: datetime | None
    disabled_reason: str | None
    deletion_due_at: datetime | None
    created_at: datetime
    teams: list[AdminUserTeam]


class AdminUserPage(msgspec.Struct, frozen=True, kw_only=True):
    items: list[AdminUser]
    next_cursor: str | None


class AdminImpersonation(msgspec.Struct, frozen=True, kw_only=True):
    """Who looked into an account, why, and for how long."""

    id: UUID
    administrator_name: str
    reason: str
    is_read_only: bool
    started_at: datetime
    ended_at: datetime | None
    expires_at: datetime


class AdminUserDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One account, with how it is used."""

    user: AdminUser
    session_count: int
    last_seen_at: datetime | None
    impersonations: list[AdminImpersonation]


class AdminTeam(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    created_at: datetime
    member_count: int
    owner_names: list[str]


class AdminTeamPage(msgspec.Struct, frozen=True, kw_only=True):
    items: list[AdminTeam]
    next_cursor: str | None


class AdminMember(msgspec.Struct, frozen=True, kw_only=True):
    user_id: UUID
    name: str
    email: str
    role: Role
    is_disabled: bool
    joined_at: datetime


class AdminTeamDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One team: its people and nothing of its work."""

    id: UUID
    name: str
    created_at: datetime
    members: list[AdminMember]


class UserDisable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: Reason


class ImpersonationStart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why, and how far it goes; without a team, the one the person joined first."""

    reason: Reason
    is_read_only: bool = True
    team_id: UUID | None = None


class ImpersonationStarted(msgspec.Struct, frozen=True, kw_only=True):
    expires_at: datetime


class AdminListQuery(msgspec.Struct, frozen=True, kw_only=True):
    """One page of people or teams, the newest first."""

    search: str | None
    cursor: str | None
    limit: int
