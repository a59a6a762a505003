"""The Monday report: last week and where the team stands now, mailed to each owner once."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.lib import clock
from app.lib.mail_templates import CurrencyReport, render_weekly_report
from app.lib.money import Currency
from app.mail.transport import message_id
from app.payments.repositories import LedgerRepository, Owner
from app.payments.schemas import MonthlySum, OpenTotals
from app.queue.enqueue import enqueue


class WeeklyReportService:
    def __init__(self, session: AsyncSession, team_id: UUID, *, settings: Settings) -> None:
        self.session = session
        self.team_id = team_id
        self.settings = settings
        self.repository = LedgerRepository(session, team_id)

    async def send(self) -> int:
        """Enqueue one mail for each owner who has none about last week yet; return how many."""
        monday = last_monday(clock.today())
        year, week, _ = monday.isocalendar()
        keys = {
            owner: f"weekly-report.{year}-W{week:02}.{self.team_id}.{owner.user_id}"
            for owner in await self.repository.list_owners()
        }
        pending = [owner for owner, key in keys.items() if not await self.repository.has_job(key)]
        if not pending:
            return 0
        figures = await self.list_figures(monday)
        for owner in pending:
            await self._enqueue_mail(owner, monday, figures, key=keys[owner])
        return len(pending)

    async def list_figures(self, monday: date) -> list[CurrencyReport]:
        """Return one line per currency in use, the most used first."""
        sunday = monday + timedelta(days=6)
        totals = {row.currency: row for row in await self.repository.list_open_totals(clock.today())}
        invoiced = _by_currency(await self.repository.list_invoiced(monday, sunday))
        received = _by_currency(await self.repository.list_received(monday, sunday))
        codes = dict.fromkeys([*totals, *invoiced, *received])
        return [_figures(Currency.of(code), invoiced, received, totals.get(code)) for code in codes]

    async def _enqueue_mail(self, owner: Owner, monday: date, figures: list[CurrencyReport], *, key: str) -> None:
        mail = render_weekly_report(
            name=owner.name,
            team_name=owner.team_name,
            first_day=monday,
            last_day=monday + timedelta(days=6),
            figures=figures,
            app_url=self.settings.app_url,
        )
        await enqueue(
            self.session,
            "send_email",
            key=key,
            to=owner.email,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            # The key guards against a second job, the Message-ID against a second delivery of the same job.
            message_id=message_id("weekly-report", key.removeprefix("weekly-report."), self.settings),
        )


def last_monday(today: date) -> date:
    """Return the first day of the last complete ISO week."""
    return today - timedelta(days=today.weekday() + 7)


def _figures(
    currency: Currency, invoiced: dict[str, int], received: dict[str, int], totals: OpenTotals | None
) -> CurrencyReport:
    return CurrencyReport(
        currency=currency.code,
        invoiced=currency.format(invoiced.get(currency.code, 0)),
        received=currency.format(received.get(currency.code, 0)),
        outstanding=currency.format(totals.outstanding_minor if totals else 0),
        overdue=currency.format(totals.overdue_minor if totals else 0),
    )


def _by_currency(rows: list[MonthlySum]) -> dict[str, int]:
    """A week may lie in two months."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + row.minor
    return sums
