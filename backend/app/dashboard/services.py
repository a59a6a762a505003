"""Where the team stands today: a fixed number of queries, however long its history."""

from datetime import date, timedelta
from itertools import chain
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.dashboard.schemas import CurrencyTotals, Dashboard, MonthlyAmounts
from app.events.repositories import EventRepository
from app.events.schemas import TeamEvent
from app.lib import clock
from app.lib.money import Currency
from app.payments.schemas import MonthlySum, OpenTotals
from app.payments.services import LedgerService

MONTHS_SHOWN = 6
EVENTS_SHOWN = 15

type Sums = dict[tuple[date, str], int]


class DashboardService:
    def __init__(self, session: AsyncSession, team_id: UUID) -> None:
        self.ledger = LedgerService(session, team_id)
        self.events = EventRepository(session, team_id)

    async def get(self) -> Dashboard:
        months = _last_months(clock.today())
        last_day = _first_of_next_month(months[-1]) - timedelta(days=1)
        totals = {row.currency: row for row in await self.ledger.list_open_totals()}
        invoiced = _by_month_and_currency(await self.ledger.list_invoiced(months[0], last_day))
        paid = _by_month_and_currency(await self.ledger.list_received(months[0], last_day))
        # The most used currency comes first; one without a draft or an open invoice may still have had payments.
        currencies = list(dict.fromkeys(chain(totals, (code for _, code in chain(invoiced, paid)))))
        return Dashboard(
            totals=[
                _totals(Currency.of(code), totals.get(code), paid.get((months[-1], code), 0)) for code in currencies
            ],
            monthly=[
                _monthly(month, Currency.of(code), invoiced.get((month, code), 0), paid.get((month, code), 0))
                for code in currencies
                for month in months
            ],
            activity=[TeamEvent.of(event) for event in await self.events.latest(EVENTS_SHOWN)],
        )


def _totals(currency: Currency, row: OpenTotals | None, paid_this_month_minor: int) -> CurrencyTotals:
    return CurrencyTotals(
        currency=currency.code,
        outstanding_amount=currency.format(row.outstanding_minor if row else 0),
        outstanding_count=row.outstanding_count if row else 0,
        overdue_amount=currency.format(row.overdue_minor if row else 0),
        overdue_count=row.overdue_count if row else 0,
        paid_this_month_amount=currency.format(paid_this_month_minor),
        draft_count=row.draft_count if row else 0,
    )


def _monthly(month: date, currency: Currency, invoiced_minor: int, paid_minor: int) -> MonthlyAmounts:
    return MonthlyAmounts(
        month=f"{month:%Y-%m}",
        currency=currency.code,
        invoiced_amount=currency.format(invoiced_minor),
        paid_amount=currency.format(paid_minor),
    )


def _by_month_and_currency(rows: list[MonthlySum]) -> Sums:
    return {(row.month, row.currency): row.minor for row in rows}


def _last_months(today: date) -> list[date]:
    """Return the first days of the months shown, the oldest first."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS_SHOWN:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]


def _first_of_next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
