"""Sending an issued invoice, step by step: each step is one transaction, safe to repeat and to run twice at once."""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from app.events.services import EventKind, record_event
from app.invoices.documents import filename_of
from app.invoices.issuing import event_detail
from app.invoices.repositories import DeliveryRepository, InvoiceRepository
from app.invoices.services import InvoiceService
from app.invoices.snapshots import BuyerSnapshot, SellerSnapshot, read_buyer, read_seller
from app.lib import clock
from app.lib.money import Currency
from app.lib.pdf import InvoiceDocument
from app.models import DeliveryState, Invoice, InvoiceDelivery, InvoiceState

VOIDED = "The invoice was voided before it was sent."
REPLACED = "A newer sending of this invoice replaced this one."
_MAX_ERROR_LENGTH = 500


class Dispatch(msgspec.Struct, frozen=True, kw_only=True):
    """What one attempt works with, taken from the frozen invoice; `document` only while no file is kept yet."""

    delivery_id: UUID
    invoice_id: UUID
    recipient: str
    number: str
    issue_date: date
    due_date: date
    amount_due: str
    currency: str
    seller: SellerSnapshot
    buyer: BuyerSnapshot
    filename: str
    document: InvoiceDocument | None


class DeliveryService:
    def __init__(self, session: AsyncSession, team_id: UUID) -> None:
        self.session = session
        self.team_id = team_id
        self.invoices = InvoiceRepository(session, team_id)
        self.deliveries = DeliveryRepository(session, team_id)
        self.reading = InvoiceService(session, team_id)

    async def begin(self, delivery_id: UUID) -> Dispatch | None:
        """Take the delivery up, or answer None when nothing is left to do for it."""
        delivery = await self.deliveries.get(delivery_id, is_locked=True)
        if delivery is None or delivery.state == DeliveryState.SENT:
            return None
        row = await self.invoices.get_with_balance(delivery.invoice_id, today=clock.today())
        latest = await self.deliveries.get_latest(delivery.invoice_id)
        if row is None or latest is None:
            return None
        invoice: Invoice = row[0]
        obstacle = _obstacle(invoice, is_latest=latest.id == delivery.id)
        if obstacle is not None:
            self._fail(invoice, delivery, obstacle)
            return None
        document = None if row.has_pdf else await self.reading.get_document(invoice, customer=row[1])
        # A repeat after a crash goes on where it was; only a first try is news.
        if document is not None and delivery.state in {DeliveryState.QUEUED, DeliveryState.FAILED}:
            delivery.state = DeliveryState.RENDERING
            delivery.error = None
            self._record("invoice.rendering", invoice)
        return _dispatch(invoice, delivery, paid_minor=row.paid_minor, document=document)

    async def start_sending(self, dispatch: Dispatch, rendered: bytes | None) -> bytes | None:
        """Keep the rendered document unless one is kept already, and return the kept one; None when it must not be sent."""
        # The invoice before its delivery, as everywhere: the kept file refers to the invoice and waits for its lock.
        invoice = await self.invoices.get(dispatch.invoice_id, is_locked=True)
        delivery = await self.deliveries.get(dispatch.delivery_id, is_locked=True)
        if invoice is None or delivery is None or delivery.state == DeliveryState.SENT:
            return None
        latest = await self.deliveries.get_latest(invoice.id)
        obstacle = _obstacle(invoice, is_latest=latest is not None and latest.id == delivery.id)
        if obstacle is not None:
            self._fail(invoice, delivery, obstacle)
            return None
        if rendered is not None:
            await self._keep(invoice, rendered)
        kept = await self.invoices.get_file(invoice.id)
        delivery.state = DeliveryState.SENDING
        delivery.error = None
        return rendered if kept is None else kept.content

    async def mark_sent(self, dispatch: Dispatch) -> None:
        """Note that the mail left; a repeat changes nothing."""
        delivery = await self.deliveries.get(dispatch.delivery_id, is_locked=True)
        invoice = await self.invoices.get(dispatch.invoice_id)
        if invoice is None or delivery is None or delivery.state == DeliveryState.SENT:
            return
        delivery.state = DeliveryState.SENT
        delivery.sent_at = clock.now()
        delivery.error = None
        self._record("invoice.sent", invoice, recipient=delivery.recipient)

    async def mark_failed(self, delivery_id: UUID, reason: str) -> None:
        """Note that nobody will try again by themselves, and why."""
        delivery = await self.deliveries.get(delivery_id, is_locked=True)
        if delivery is None or delivery.state in {DeliveryState.SENT, DeliveryState.FAILED}:
            return
        invoice = await self.invoices.get(delivery.invoice_id)
        if invoice is not None:
            self._fail(invoice, delivery, reason)

    async def _keep(self, invoice: Invoice, rendered: bytes) -> None:
        is_new = await self.invoices.store_file_once(
            invoice.id,
            filename=filename_of(invoice),
            content=rendered,
            content_sha256=hashlib.sha256(rendered).digest(),
        )
        if is_new:
            self._record("invoice.rendered", invoice, size_bytes=len(rendered))

    def _fail(self, invoice: Invoice, delivery: InvoiceDelivery, reason: str) -> None:
        if delivery.state == DeliveryState.FAILED:
            return
        delivery.state = DeliveryState.FAILED
        delivery.error = reason[:_MAX_ERROR_LENGTH]
        self._record("invoice.failed", invoice, recipient=delivery.recipient, error=delivery.error)

    def _record(self, kind: EventKind, invoice: Invoice, **detail: Any) -> None:
        record_event(
            self.session,
            kind,
            team_id=self.team_id,
            subject_type="invoice",
            subject_id=invoice.id,
            detail={**event_detail(invoice), **detail},
        )


def _obstacle(invoice: Invoice, *, is_latest: bool) -> str | None:
    if invoice.state != InvoiceState.ISSUED:
        return VOIDED
    return None if is_latest else REPLACED


def _dispatch(
    invoice: Invoice, delivery: InvoiceDelivery, *, paid_minor: int, document: InvoiceDocument | None
) -> Dispatch:
    # The database lets no issued invoice be without these (issued_is_complete).
    assert invoice.number is not None
    assert invoice.issue_date is not None
    assert invoice.due_date is not None
    assert invoice.seller is not None
    assert invoice.buyer is not None
    return Dispatch(
        delivery_id=delivery.id,
        invoice_id=invoice.id,
        recipient=delivery.recipient,
        number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        amount_due=Currency.of(invoice.currency).format(invoice.gross_minor - paid_minor),
        currency=invoice.currency,
        seller=read_seller(invoice.seller),
        buyer=read_buyer(invoice.buyer),
        filename=filename_of(invoice),
        document=document,
    )
