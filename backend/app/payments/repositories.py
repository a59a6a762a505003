"""Every query about payments, and the sums over the ledger that invoices and payments form."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, String, Subquery, cast, func, literal, select, tuple_

from app.db.repository import TeamRepository
from app.invoices.balances import paid_minor_of
from app.lib.pagination import cursor_time, decode_cursor, encode_cursor, split_page
from app.models import (
    Customer,
    Invoice,
    InvoiceState,
    JobRun,
    JobState,
    Membership,
    Payment,
    Role,
    Team,
    TeamEvent,
    User,
)
from app.payments.schemas import MonthlySum, OpenTotals

_NEWEST_FIRST = (Payment.created_at.desc(), Payment.id.desc())


class PaymentRow(NamedTuple):
    """A payment with the names people know its neighbours by."""

    payment: Payment
    invoice_number: str
    customer_name: str
    recorded_by_name: str


class OverdueInvoice(NamedTuple):
    id: UUID
    number: str
    due_date: date
    currency: str
    due_minor: int
    customer_name: str


class Owner(NamedTuple):
    user_id: UUID
    name: str
    email: str
    team_name: str


class PaymentRepository(TeamRepository[Payment]):
    model = Payment

    async def lock_invoice(self, invoice_id: UUID) -> Invoice | None:
        """Hold the invoice until the transaction ends, so that payments of one invoice queue up."""
        statement = select(Invoice).where(self.belongs(Invoice), Invoice.id == invoice_id)
        return await self.session.scalar(statement.with_for_update(), execution_options={"populate_existing": True})

    async def has_invoice(self, invoice_id: UUID) -> bool:
        statement = select(Invoice.id).where(self.belongs(Invoice), Invoice.id == invoice_id)
        return await self.session.scalar(statement) is not None

    async def get_paid_minor(self, invoice_id: UUID) -> int:
        statement = select(paid_minor_of(Invoice)).where(self.belongs(Invoice), Invoice.id == invoice_id)
        return (await self.session.execute(statement)).scalar_one()

    async def get_row(self, payment_id: UUID) -> PaymentRow:
        return await self._one(self._rows().where(Payment.id == payment_id))

    async def list_of_invoice(self, invoice_id: UUID) -> list[PaymentRow]:
        statement = self._rows().where(Payment.invoice_id == invoice_id).order_by(*_NEWEST_FIRST)
        return [PaymentRow._make(row) for row in await self.session.execute(statement)]

    async def list_page(self, cursor_text: str | None, limit: int) -> tuple[Sequence[PaymentRow], str | None]:
        statement = self._rows()
        if cursor_text:
            cursor = decode_cursor(cursor_text)
            last = tuple_(literal(cursor_time(cursor), Payment.created_at.type), literal(cursor.id, Payment.id.type))
            statement = statement.where(tuple_(Payment.created_at, Payment.id) < last)
        result = await self.session.execute(statement.order_by(*_NEWEST_FIRST).limit(limit + 1))
        page, has_more = split_page([PaymentRow._make(row) for row in result], limit)
        if not has_more:
            return page, None
        last_payment = page[-1].payment
        return page, encode_cursor(last_payment.created_at.isoformat(), last_payment.id)

    async def _one(self, statement: Select[Any]) -> PaymentRow:
        return PaymentRow._make((await self.session.execute(statement)).one())

    def _rows(self) -> Select[Any]:
        return (
            self.visible(Payment, Invoice.number, Customer.name, func.coalesce(User.name, ""))
            .join(Invoice, (Invoice.id == Payment.invoice_id) & self.belongs(Invoice))
            .join(Customer, (Customer.id == Invoice.customer_id) & self.belongs(Customer))
            # A removed account leaves its payments behind.
            .outerjoin(User, User.id == Payment.recorded_by_id)
        )


class LedgerRepository(TeamRepository[Invoice]):
    """Sums over a team's invoices and payments, per currency."""

    model = Invoice

    async def list_open_totals(self, today: date) -> list[OpenTotals]:
        """Return what is owed in each currency in use, the most used first."""
        paid = self._paid_per_invoice()
        due = Invoice.gross_minor - func.coalesce(paid.c.paid_minor, 0)
        invoices = (
            self.visible(Invoice.currency, Invoice.state, Invoice.due_date, due.label("due_minor"))
            .outerjoin(paid, paid.c.invoice_id == Invoice.id)
            .where(Invoice.state != InvoiceState.VOID)
            .subquery()
        ).c
        is_open = (invoices.state == InvoiceState.ISSUED) & (invoices.due_minor > 0)
        is_overdue = is_open & (invoices.due_date < today)
        statement = (
            select(
                invoices.currency,
                *_sum_and_count(invoices.due_minor, is_open, "outstanding"),
                *_sum_and_count(invoices.due_minor, is_overdue, "overdue"),
                func.count().filter(invoices.state == InvoiceState.DRAFT).label("draft_count"),
            )
            .group_by(invoices.currency)
            .order_by(func.count().desc(), invoices.currency)
        )
        return [
            OpenTotals(
                currency=row.currency,
                outstanding_minor=int(row.outstanding_minor),
                outstanding_count=row.outstanding_count,
                overdue_minor=int(row.overdue_minor),
                overdue_count=row.overdue_count,
                draft_count=row.draft_count,
            )
            for row in await self.session.execute(statement)
        ]

    async def list_invoiced(self, first: date, last: date) -> list[MonthlySum]:
        """Sum what was invoiced from the first day to the last, both included."""
        is_counted = self.belongs(Invoice) & (Invoice.state == InvoiceState.ISSUED)
        return await self._by_month(
            Invoice.issue_date, Invoice.currency, Invoice.gross_minor, is_counted=is_counted, first=first, last=last
        )

    async def list_received(self, first: date, last: date) -> list[MonthlySum]:
        """Sum what was paid from the first day to the last, both included; reversed payments count nowhere."""
        is_counted = self.belongs(Payment) & Payment.reversed_at.is_(None)
        return await self._by_month(
            Payment.paid_on, Payment.currency, Payment.amount_minor, is_counted=is_counted, first=first, last=last
        )

    async def _by_month(
        self, day: Any, currency: Any, amount: Any, *, is_counted: ColumnElement[bool], first: date, last: date
    ) -> list[MonthlySum]:
        month = cast(func.date_trunc("month", day), Date).label("month")
        statement = (
            select(month, currency.label("currency"), func.sum(amount).label("minor"))
            .where(is_counted, day >= first, day <= last)
            .group_by(month, currency)
        )
        return [
            MonthlySum(month=row.month, currency=row.currency, minor=int(row.minor))
            for row in await self.session.execute(statement)
        ]

    async def lock_announcements(self) -> None:
        """Let one transaction at a time announce this team's overdue invoices, so that two runs cannot both do it."""
        key = f"overdue:{self.team_id}"
        await self.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))

    async def list_unannounced_overdue(self, today: date) -> list[OverdueInvoice]:
        """Return overdue invoices that have no event yet for their due date."""
        due = Invoice.gross_minor - paid_minor_of(Invoice)
        announced = select(TeamEvent.id).where(
            self.belongs(TeamEvent),
            TeamEvent.subject_id == Invoice.id,
            TeamEvent.kind == "invoice.overdue",
            TeamEvent.detail["due_date"].astext == cast(Invoice.due_date, String),
        )
        statement = (
            self.visible(Invoice.id, Invoice.number, Invoice.due_date, Invoice.currency, due, Customer.name)
            .join(Customer, (Customer.id == Invoice.customer_id) & self.belongs(Customer))
            .where(Invoice.state == InvoiceState.ISSUED, Invoice.due_date < today, due > 0, ~announced.exists())
            .order_by(Invoice.due_date, Invoice.id)
        )
        return [OverdueInvoice._make(row) for row in await self.session.execute(statement)]

    async def list_owners(self) -> list[Owner]:
        statement = (
            select(User.id, User.name, User.email, Team.name)
            .join(Membership, (Membership.user_id == User.id) & self.belongs(Membership))
            .join(Team, Team.id == Membership.team_id)
            .where(Membership.role == Role.OWNER)
            .order_by(User.id)
        )
        return [Owner._make(row) for row in await self.session.execute(statement)]

    async def has_job(self, key: str) -> bool:
        """Whether a job of this key waits, works or has succeeded; one that died may be tried again."""
        statement = select(JobRun.id).where(
            self.belongs(JobRun), JobRun.unique_key == key, JobRun.state.not_in((JobState.DEAD, JobState.CANCELLED))
        )
        return await self.session.scalar(statement.limit(1)) is not None

    def _paid_per_invoice(self) -> Subquery:
        # For a whole team one pass over its payments is cheaper than `paid_minor_of` for each invoice.
        return (
            select(Payment.invoice_id, func.sum(Payment.amount_minor).label("paid_minor"))
            .where(self.belongs(Payment), Payment.reversed_at.is_(None))
            .group_by(Payment.invoice_id)
            .subquery("paid")
        )


def _sum_and_count(minor: ColumnElement[Any], condition: ColumnElement[bool], name: str) -> tuple[Any, Any]:
    total = func.coalesce(func.sum(minor).filter(condition), 0).label(f"{name}_minor")
    return total, func.count().filter(condition).label(f"{name}_count")
