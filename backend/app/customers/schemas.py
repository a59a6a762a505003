"""What the API says and accepts about customers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from app.lib.fields import (
    AddressLine,
    CountryCode,
    CurrencyCode,
    DaysToPay,
    Email,
    LegalName,
    LongText,
    Phone,
    PostalCode,
    ShortText,
    TaxIdentifier,
)

type CustomerSort = Literal["name", "-name", "created_at", "-created_at"]
type CustomerState = Literal["active", "archived"]
type City = Annotated[str, msgspec.Meta(max_length=120)]


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """A customer of the team."""

    id: UUID
    name: str
    email: str
    contact_name: str
    phone: str
    address_line_1: str
    address_line_2: str
    postal_code: str
    city: str
    country_code: str
    vat_identifier: str
    currency: str
    payment_terms_days: int | None
    notes: str
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


class CustomerPage(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Customer]
    next_cursor: str | None


class CustomerCreate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new customer; without a currency it gets the team's own."""

    name: LegalName
    email: Email
    contact_name: ShortText = ""
    phone: Phone = ""
    address_line_1: AddressLine = ""
    address_line_2: AddressLine = ""
    postal_code: PostalCode = ""
    city: City = ""
    country_code: CountryCode = ""
    vat_identifier: TaxIdentifier = ""
    currency: CurrencyCode | UnsetType = UNSET
    payment_terms_days: DaysToPay | None = None
    notes: LongText = ""


class CustomerUpdate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; those left out stay as they are."""

    name: LegalName | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    contact_name: ShortText | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    address_line_1: AddressLine | UnsetType = UNSET
    address_line_2: AddressLine | UnsetType = UNSET
    postal_code: PostalCode | UnsetType = UNSET
    city: City | UnsetType = UNSET
    country_code: CountryCode | UnsetType = UNSET
    vat_identifier: TaxIdentifier | UnsetType = UNSET
    currency: CurrencyCode | UnsetType = UNSET
    payment_terms_days: DaysToPay | UnsetType | None = UNSET
    notes: LongText | UnsetType = UNSET


class CustomerQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which customers to list, and from where."""

    search: str | None
    sort: CustomerSort
    state: CustomerState
    cursor: str | None
    limit: int
