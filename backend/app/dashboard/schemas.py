"""What the first page of the product shows."""

from typing import Annotated

import msgspec

from app.events.schemas import TeamEvent
from app.lib.fields import Amount

type Month = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}$", description="Calendar month, e.g. 2026-11")]


class CurrencyTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Where the team stands in one currency; overdue is part of outstanding."""

    currency: str
    outstanding_amount: Amount
    outstanding_count: int
    overdue_amount: Amount
    overdue_count: int
    paid_this_month_amount: Amount
    draft_count: int


class MonthlyAmounts(msgspec.Struct, frozen=True, kw_only=True):
    month: Month
    currency: str
    invoiced_amount: Amount
    paid_amount: Amount


class Dashboard(msgspec.Struct, frozen=True, kw_only=True):
    totals: list[CurrencyTotals]
    monthly: list[MonthlyAmounts]
    activity: list[TeamEvent]
