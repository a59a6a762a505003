"""What an invoice says, before anyone decides how it looks."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Seller or buyer, as they stood when the document was issued."""

    name: str
    address_lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    country_code: str = ""
    vat_identifier: str | None = None
    registration_identifier: str | None = None
    email: str | None = None


class PaymentDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Where the money goes; without an IBAN no bank details are printed."""

    iban: str | None = None
    bic: str | None = None
    bank_name: str | None = None
    reference: str | None = None


class DocumentLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an invoice (EN 16931 BG-25)."""

    description: str
    quantity: Decimal
    unit_label: str
    unit_price: Decimal
    tax_category: str
    tax_rate: Decimal
    net_amount: Decimal


class DocumentTax(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the tax breakdown (EN 16931 BG-23)."""

    tax_category: str
    tax_rate: Decimal
    taxable_amount: Decimal
    tax_amount: Decimal


class InvoiceDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an invoice says, already calculated, in units of its currency."""

    kind: Literal["invoice", "credit_note"] = "invoice"
    number: str | None
    is_draft: bool = False
    is_void: bool = False
    issue_date: date | None
    due_date: date | None
    currency: str
    minor_digits: int
    seller: Party
    buyer: Party
    payment: PaymentDetails = PaymentDetails()
    payment_terms_days: int | None = None
    buyer_reference: str | None = None
    purchase_order_reference: str | None = None
    note: str | None = None
    lines: tuple[DocumentLine, ...]
    tax_breakdown: tuple[DocumentTax, ...]
    tax_name: str = "VAT"
    net_amount: Decimal
    tax_amount: Decimal
    gross_amount: Decimal
    paid_amount: Decimal
    amount_due: Decimal
    logo: bytes | None = None
    """PNG or JPEG."""
