from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from app.lib.fields import Email, Name, Password, PasswordAttempt
from app.models import AuthenticationMethod, SessionKind

type LinkToken = Annotated[str, Meta(min_length=20, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]


class SignUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    email: Email
    password: Password
    team_name: Name


class AddressInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email


class MailPromise(msgspec.Struct, frozen=True, kw_only=True):
    """Whatever there is to say goes to the address by mail; the answer is the same for every address."""

    email: str
    valid_minutes: int


class VerifyEmail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The link shows that you read the mail, the password that it was you who signed up."""

    token: LinkToken
    password: PasswordAttempt


class LinkInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    token: LinkToken


class PasswordReset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    token: LinkToken
    new_password: Password


class PasswordChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who signs in without a password has no present one to give."""

    current_password: PasswordAttempt | None = None
    new_password: Password


class EmailChangeInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    new_email: Email


class EmailChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that waits for one or both addresses."""

    new_email: str
    is_current_confirmed: bool
    is_new_confirmed: bool
    requested_at: datetime
    expires_at: datetime


class EmailChangeState(msgspec.Struct, frozen=True, kw_only=True):
    change: EmailChange | None


class EmailChangeStep(msgspec.Struct, frozen=True, kw_only=True):
    """What one confirmation led to."""

    new_email: str
    is_complete: bool


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A browser or API client that is signed in as you."""

    id: UUID
    kind: SessionKind
    device: str
    ip_address: str
    methods: list[AuthenticationMethod]
    is_current: bool
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


class SessionList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Session]


class ExportStatus(StrEnum):
    NONE = "none"
    BUILDING = "building"
    READY = "ready"
    EXPIRED = "expired"
    FAILED = "failed"


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """Your newest export; `progress` goes from 0 to 1."""

    id: UUID | None
    status: ExportStatus
    progress: float
    requested_at: datetime | None
    expires_at: datetime | None
    size_bytes: int | None


class OwnedTeam(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str


class DeletionInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    confirmation: Annotated[str, Meta(min_length=1, max_length=254, description="Your e-mail address")]


class Deletion(msgspec.Struct, frozen=True, kw_only=True):
    """Whether your account is going to be deleted, and which teams would be left without an owner."""

    due_at: datetime | None
    teams_without_other_owner: list[OwnedTeam]
