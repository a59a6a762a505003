from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from app.lib.fields import (
    AddressLine,
    CountryCode,
    CurrencyCode,
    DaysToPay,
    LegalName,
    Name,
    OptionalEmail,
    PostalCode,
    ShortText,
    TaxIdentifier,
)

type Iban = Annotated[
    str, Meta(max_length=42, pattern=r"^([A-Za-z]{2}[0-9A-Za-z ]+)?$", description="IBAN, spaces allowed, or empty")
]
type Bic = Annotated[
    str, Meta(pattern=r"^([A-Z0-9]{8}([A-Z0-9]{3})?)?$", description="BIC, 8 or 11 characters, or empty")
]
type NumberPrefix = Annotated[
    str, Meta(max_length=16, pattern=r"^[A-Za-z0-9/._-]*$", description="Stands before year and sequence")
]


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
