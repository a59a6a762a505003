from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from app.lib.fields import (
    AddressLine,
    CountryCode,
    CurrencyCode,
    DaysToPay,
    Email,
    LegalName,
    Name,
    OptionalEmail,
    Password,
    PostalCode,
    ShortText,
    TaxIdentifier,
)
from app.models import Role

type Iban = Annotated[
    str, Meta(max_length=42, pattern=r"^([A-Za-z]{2}[0-9A-Za-z ]+)?$", description="IBAN, spaces allowed, or empty")
]
type Bic = Annotated[
    str, Meta(pattern=r"^([A-Z0-9]{8}([A-Z0-9]{3})?)?$", description="BIC, 8 or 11 characters, or empty")
]
type NumberPrefix = Annotated[
    str, Meta(max_length=16, pattern=r"^[A-Za-z0-9/._-]*$", description="Stands before year and sequence")
]
# Ownership is no role like the others: it is shared or handed over.
type GivenRole = Literal["admin", "member", "viewer"]
type InvitationToken = Annotated[str, Meta(min_length=1, max_length=100, description="From the link in the mail")]


class Seller(msgspec.Struct, frozen=True, kw_only=True):
    """The team as the Seller on its invoices (EN 16931 BG-4), and where it is paid."""

    legal_name: str
    address_line_1: str
    address_line_2: str
    postal_code: str
    city: str
    country_code: str
    vat_identifier: str
    registration_identifier: str
    email: str
    iban: str
    bic: str
    bank_name: str


class SellerUpdate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    legal_name: LegalName | UnsetType = UNSET
    address_line_1: AddressLine | UnsetType = UNSET
    address_line_2: AddressLine | UnsetType = UNSET
    postal_code: PostalCode | UnsetType = UNSET
    city: ShortText | UnsetType = UNSET
    country_code: CountryCode | UnsetType = UNSET
    vat_identifier: TaxIdentifier | UnsetType = UNSET
    registration_identifier: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    email: OptionalEmail | UnsetType = UNSET
    iban: Iban | UnsetType = UNSET
    bic: Bic | UnsetType = UNSET
    bank_name: ShortText | UnsetType = UNSET


class Team(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    seller: Seller
    currency: str
    payment_terms_days: int
    invoice_number_prefix: str


class TeamUpdate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name | UnsetType = UNSET
    seller: SellerUpdate | UnsetType = UNSET
    currency: CurrencyCode | UnsetType = UNSET
    payment_terms_days: DaysToPay | UnsetType = UNSET
    invoice_number_prefix: NumberPrefix | UnsetType = UNSET


class TeamCreate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name


class TeamSwitch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    team_id: UUID


class TeamReference(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str


class TeamDeletion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name  # typed once more, so that no slip of the hand deletes a team


class TeamDeletionDue(msgspec.Struct, frozen=True, kw_only=True):
    deletion_due_at: datetime


class Member(msgspec.Struct, frozen=True, kw_only=True):
    user_id: UUID
    name: str
    email: str
    role: Role
    joined_at: datetime
    has_second_factor: bool | None  # shown to those who manage members


class Seats(msgspec.Struct, frozen=True, kw_only=True):
    """How many seats are taken, by members and by invitations that can still be accepted; without a limit there is room for all."""

    members: int
    pending_invitations: int
    limit: int | None


class MemberList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Member]
    seats: Seats


class MemberUpdate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    role: GivenRole


class OwnershipTransfer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who becomes an owner; as a handover, you become an admin."""

    user_id: UUID
    is_handover: bool


class InvitationCreate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email
    role: GivenRole


class InvitationState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVOKED = "revoked"
    EXPIRED = "expired"
    VOID = "void"  # whoever sent it may not any more


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation as its team sees it."""

    id: UUID
    email: str
    role: Role
    state: InvitationState
    invited_by_name: str | None
    created_at: datetime
    sent_at: datetime | None
    expires_at: datetime
    ended_at: datetime | None


class InvitationList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Invitation]


class InvitationLink(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    token: InvitationToken


class InvitationPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What a link's reader learns before they sign in."""

    team_name: str
    inviter_name: str
    role: Role
    email_masked: str
    expires_at: datetime
    has_account: bool


class InvitationJoin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    token: InvitationToken
    name: Name
    password: Password


class ReceivedInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation that waits at your own address."""

    id: UUID
    team_name: str
    inviter_name: str | None
    role: Role
    expires_at: datetime


class ReceivedInvitationList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[ReceivedInvitation]
