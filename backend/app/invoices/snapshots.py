"""Seller and buyer as they stood when the invoice was issued; stored with it, and never looked up again."""

from typing import Any

import msgspec

from app.invoices import schemas
from app.models import Customer, SellerProfile


class SellerSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    name: str
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

    @classmethod
    def of(cls, profile: SellerProfile) -> "SellerSnapshot":
        return cls(
            name=profile.legal_name,
            address_line_1=profile.address_line_1,
            address_line_2=profile.address_line_2,
            postal_code=profile.postal_code,
            city=profile.city,
            country_code=profile.country_code,
            vat_identifier=profile.vat_identifier,
            registration_identifier=profile.registration_identifier,
            email=profile.email,
            iban=profile.iban,
            bic=profile.bic,
            bank_name=profile.bank_name,
        )

    @classmethod
    def empty(cls) -> "SellerSnapshot":
        """For the preview of a draft, before the team has told who it is."""
        return cls(**dict.fromkeys(cls.__struct_fields__, ""))


class BuyerSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    contact_name: str
    address_line_1: str
    address_line_2: str
    postal_code: str
    city: str
    country_code: str
    vat_identifier: str
    email: str

    @classmethod
    def of(cls, customer: Customer) -> "BuyerSnapshot":
        return cls(
            name=customer.name,
            contact_name=customer.contact_name,
            address_line_1=customer.address_line_1,
            address_line_2=customer.address_line_2,
            postal_code=customer.postal_code,
            city=customer.city,
            country_code=customer.country_code,
            vat_identifier=customer.vat_identifier,
            email=customer.email,
        )


def freeze(snapshot: SellerSnapshot | BuyerSnapshot) -> dict[str, Any]:
    return msgspec.to_builtins(snapshot)


def read_seller(stored: dict[str, Any]) -> SellerSnapshot:
    return msgspec.convert(stored, SellerSnapshot)


def read_buyer(stored: dict[str, Any]) -> BuyerSnapshot:
    return msgspec.convert(stored, BuyerSnapshot)


def to_party(snapshot: SellerSnapshot | BuyerSnapshot) -> schemas.Party:
    return schemas.Party(
        name=snapshot.name,
        address_line_1=snapshot.address_line_1,
        address_line_2=snapshot.address_line_2,
        postal_code=snapshot.postal_code,
        city=snapshot.city,
        country_code=snapshot.country_code,
        vat_identifier=snapshot.vat_identifier,
        email=snapshot.email,
    )
