"""The rules about payments: never more than what is due, and nothing ever erased."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.events.services import record_event
from app.invoices.errors import InvoiceNotFound
from app.lib import clock
from app.lib.money import Currency
from app.lib.problems import InvalidInput
from app.models import InvoiceState, Payment
from app.payments.errors import (
    InvoiceNotPayable,
    PaymentAlreadyReversed,
    PaymentExceedsBalance,
    PaymentNotFound,
)
from app.payments.repositories import LedgerRepository, PaymentRepository, PaymentRow
from app.payments.schemas import MonthlySum, OpenTotals, PaymentCreate

type PaymentEventKind = Literal["payment.recorded", "payment.reversed"]

_EARLIEST = date(2000, 1, 1)


class PaymentService:
    def __init__(self, session: AsyncSession, team_id: UUID, *, actor_id: UUID | None, actor_name: str | None) -> None:
        self.session = session
        self.team_id = team_id
        self.actor_id = actor_id
        self.actor_name = actor_name
        self.repository = PaymentRepository(session, team_id)

    async def list_page(self, cursor: str | None, limit: int) -> tuple[Sequence[PaymentRow], str | None]:
        return await self.repository.list_page(cursor, limit)

    async def list_of_invoice(self, invoice_id: UUID) -> list[PaymentRow]:
        if not await self.repository.has_invoice(invoice_id):
            raise InvoiceNotFound
        return await self.repository.list_of_invoice(invoice_id)

    async def record(self, invoice_id: UUID, data: PaymentCreate) -> PaymentRow:
        """Count money towards an issued invoice, up to what is still due."""
        invoice = await self.repository.lock_invoice(invoice_id)
        if invoice is None:
            raise InvoiceNotFound
        currency = Currency.of(invoice.currency)
        amount_minor = _amount_in(currency, data.amount)
        _check_paid_on(data.paid_on)
        if invoice.state != InvoiceState.ISSUED:
            raise InvoiceNotPayable(f"This invoice is {_STATE_WORDS[InvoiceState(invoice.state)]}.")
        due_minor = invoice.gross_minor - await self.repository.get_paid_minor(invoice_id)
        if amount_minor > due_minor:
            raise PaymentExceedsBalance(f"Only {currency.format(due_minor)} {currency.code} is still due.")
        payment = self.repository.add(
            Payment(
                team_id=self.team_id,
                invoice_id=invoice_id,
                amount_minor=amount_minor,
                currency=currency.code,
                paid_on=data.paid_on,
                method=data.method,
                note=data.note,
                recorded_by_id=self.actor_id,
                created_at=clock.now(),
            )
        )
        await self.session.flush()
        row = await self.repository.get_row(payment.id)
        self._record_event("payment.recorded", row)
        return row

    async def reverse(self, payment_id: UUID, *, reason: str) -> PaymentRow:
        """Let a payment count no longer; the row and its trail stay."""
        payment = await self.repository.get(payment_id, is_locked=True)
        if payment is None:
            raise PaymentNotFound
        if payment.reversed_at is not None:
            raise PaymentAlreadyReversed
        payment.reversed_at = clock.now()
        payment.reversed_by_id = self.actor_id
        payment.reversal_reason = reason.strip()
        await self.session.flush()
        row = await self.repository.get_row(payment_id)
        self._record_event("payment.reversed", row)
        return row

    def _record_event(self, kind: PaymentEventKind, row: PaymentRow) -> None:
        payment = row.payment
        detail = {
            "payment_id": payment.id,
            "number": row.invoice_number,
            "customer_name": row.customer_name,
            "amount": Currency.of(payment.currency).format(payment.amount_minor),
            "currency": payment.currency,
            "method": payment.method,
            "paid_on": payment.paid_on,
        }
        if payment.reversal_reason is not None:
            detail["reason"] = payment.reversal_reason
        # The invoice is the subject, so that its timeline tells of its payments.
        record_event(
            self.session,
            kind,
            team_id=self.team_id,
            subject_type="invoice",
            subject_id=payment.invoice_id,
            actor_name=self.actor_name,
            detail=detail,
        )


class LedgerService:
    """What a team's invoices and payments add up to."""

    def __init__(self, session: AsyncSession, team_id: UUID) -> None:
        self.session = session
        self.team_id = team_id
        self.repository = LedgerRepository(session, team_id)

    async def list_open_totals(self) -> list[OpenTotals]:
        return await self.repository.list_open_totals(clock.today())

    async def list_invoiced(self, first: date, last: date) -> list[MonthlySum]:
        return await self.repository.list_invoiced(first, last)

    async def list_received(self, first: date, last: date) -> list[MonthlySum]:
        return await self.repository.list_received(first, last)

    async def announce_overdue(self) -> int:
        """Record one event for each invoice that has become overdue; saying it twice is prevented by the event itself."""
        await self.repository.lock_announcements()
        overdue = await self.repository.list_unannounced_overdue(clock.today())
        for invoice in overdue:
            record_event(
                self.session,
                "invoice.overdue",
                team_id=self.team_id,
                subject_type="invoice",
                subject_id=invoice.id,
                detail={
                    "number": invoice.number,
                    "customer_name": invoice.customer_name,
                    "due_date": invoice.due_date,
                    "amount_due": Currency.of(invoice.currency).format(invoice.due_minor),
                    "currency": invoice.currency,
                },
            )
        await self.session.flush()
        return len(overdue)


_STATE_WORDS = {
    InvoiceState.DRAFT: "still a draft",
    InvoiceState.ISSUED: "issued",
    InvoiceState.VOID: "void",
}


def _amount_in(currency: Currency, text: str) -> int:
    amount = Decimal(text)
    if amount <= 0:
        raise InvalidInput("amount", "A payment is more than zero.")
    # 1.000 EUR may mean one or a thousand: more decimals than the currency has are refused, not rounded.
    if -int(amount.as_tuple().exponent) > currency.exponent:
        raise InvalidInput("amount", f"Write {currency.code} with at most {currency.exponent} decimals.")
    return currency.to_minor(amount)


def _check_paid_on(paid_on: date) -> None:
    if paid_on > clock.today():
        raise InvalidInput("paid_on", "A payment cannot lie in the future.")
    if paid_on < _EARLIEST:
        raise InvalidInput("paid_on", "A payment cannot lie before the year 2000.")
