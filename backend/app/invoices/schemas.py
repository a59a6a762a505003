"""What the API takes and gives for invoices; amounts are decimal strings in currency units."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.events.services import EventKind
from app.invoices.units import UnitCode
from app.lib.fields import (
    Amount,
    CurrencyCode,
    DaysToPay,
    LongText,
    QuantityInput,
    Reason,
    ShortText,
    TaxRateInput,
    UnitPriceInput,
)
from app.models import DeliveryState, TaxCategory

MAX_LINES = 200

type LineDescription = Annotated[str, Meta(max_length=1000)]

InvoiceSort = Literal[
    "created_at",
    "-created_at",
    "issue_date",
    "-issue_date",
    "due_date",
    "-due_date",
    "number",
    "-number",
    "customer_name",
    "-customer_name",
    "gross_amount",
    "-gross_amount",
]


class InvoiceStatus(StrEnum):
    """What people see; derived from state, payments and due date."""

    DRAFT = "draft"
    OPEN = "open"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    VOID = "void"


class InvoiceQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which invoices to list, in which order, and from where."""

    status: InvoiceStatus | None
    customer_id: UUID | None
    search: str | None
    sort: InvoiceSort
    cursor: str | None
    limit: int


class InvoiceLineDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    # A draft may still lack words; issuing asks for them.
    description: LineDescription
    quantity: QuantityInput
    unit_code: UnitCode
    unit_price: UnitPriceInput
    tax_category: TaxCategory
    tax_rate: TaxRateInput


class InvoiceDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    customer_id: UUID
    currency: CurrencyCode
    due_date: date | None = None
    # Left out, the customer's terms hold, then the team's.
    payment_terms_days: DaysToPay | None = None
    note: LongText = ""
    buyer_reference: ShortText = ""
    purchase_order_reference: ShortText = ""
    lines: Annotated[list[InvoiceLineDraft], Meta(max_length=MAX_LINES)]


class InvoiceCalculate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    currency: CurrencyCode
    lines: Annotated[list[InvoiceLineDraft], Meta(max_length=MAX_LINES)]


class InvoiceIssue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    issue_date: date | None = None


class InvoiceVoid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: Reason


class TaxBreakdown(msgspec.Struct, frozen=True, kw_only=True):
    tax_category: TaxCategory
    tax_rate: str
    taxable_amount: Amount
    tax_amount: Amount


class LineTotal(msgspec.Struct, frozen=True, kw_only=True):
    net_amount: Amount


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    currency: str
    lines: list[LineTotal]
    tax_breakdown: list[TaxBreakdown]
    net_amount: Amount
    tax_amount: Amount
    gross_amount: Amount


class InvoiceSummary(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    number: str | None
    status: InvoiceStatus
    customer_id: UUID
    customer_name: str
    issue_date: date | None
    due_date: date | None
    currency: str
    gross_amount: Amount
    amount_due: Amount
    created_at: datetime


class InvoicePage(msgspec.Struct, frozen=True, kw_only=True):
    items: list[InvoiceSummary]
    next_cursor: str | None


class InvoiceLine(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    position: int
    description: str
    quantity: str
    unit_code: UnitCode
    unit_price: str
    tax_category: TaxCategory
    tax_rate: str
    net_amount: Amount


class Party(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    address_line_1: str
    address_line_2: str
    postal_code: str
    city: str
    country_code: str
    vat_identifier: str
    email: str


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    state: DeliveryState
    recipient: str
    sent_at: datetime | None
    error: str | None
    updated_at: datetime


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    number: str | None
    status: InvoiceStatus
    customer_id: UUID
    currency: str
    issue_date: date | None
    due_date: date | None
    payment_terms_days: int
    note: str
    buyer_reference: str
    purchase_order_reference: str
    lines: list[InvoiceLine]
    tax_breakdown: list[TaxBreakdown]
    net_amount: Amount
    tax_amount: Amount
    gross_amount: Amount
    paid_amount: Amount
    amount_due: Amount
    seller: Party | None
    buyer: Party
    delivery: Delivery | None
    has_pdf: bool
    issued_at: datetime | None
    voided_at: datetime | None
    void_reason: str | None
    created_at: datetime
    updated_at: datetime


class InvoiceEvent(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    kind: EventKind
    occurred_at: datetime
    actor_name: str | None
    detail: dict[str, Any]


class InvoiceEventList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[InvoiceEvent]
