"""What the API says and accepts about payments, and the sums other rooms read from the ledger."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from app.lib.fields import Amount, PositiveAmountInput, Reason, Sentence
from app.models import PaymentMethod


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """Money received for an invoice; once reversed it no longer counts."""

    id: UUID
    invoice_id: UUID
    invoice_number: str
    customer_name: str
    amount: Amount
    currency: str
    paid_on: date
    method: PaymentMethod
    note: str
    recorded_by_name: str
    created_at: datetime
    reversed_at: datetime | None
    reversal_reason: str | None


class PaymentList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Payment]


class PaymentPage(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Payment]
    next_cursor: str | None


class PaymentCreate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    amount: PositiveAmountInput
    paid_on: date
    method: PaymentMethod
    note: Sentence = ""


class PaymentReverse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: Reason


class OpenTotals(msgspec.Struct, frozen=True, kw_only=True):
    """What a team is owed in one currency; overdue is part of outstanding."""

    currency: str
    outstanding_minor: int
    outstanding_count: int
    overdue_minor: int
    overdue_count: int
    draft_count: int


class MonthlySum(msgspec.Struct, frozen=True, kw_only=True):
    """A sum over one calendar month in one currency."""

    month: date
    currency: str
    minor: int
