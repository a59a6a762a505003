"""Reading invoices: the list, one invoice, its document, and what happened to it."""

import asyncio
import hashlib
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from app.invoices import schemas
from app.invoices.documents import build_document, filename_of
from app.invoices.errors import InvoiceNotFound
from app.invoices.presenting import to_invoice, to_summary
from app.invoices.repositories import DeliveryRepository, InvoiceRepository
from app.invoices.snapshots import BuyerSnapshot, SellerSnapshot, read_buyer, read_seller
from app.lib import clock
from app.lib.pdf import InvoiceDocument, render_invoice_pdf
from app.models import Customer, Invoice, InvoiceState, TeamEvent


class InvoicePdf(msgspec.Struct, frozen=True, kw_only=True):
    filename: str
    content: bytes
    content_sha256: bytes


class InvoiceService:
    def __init__(self, session: AsyncSession, team_id: UUID) -> None:
        self.invoices = InvoiceRepository(session, team_id)
        self.deliveries = DeliveryRepository(session, team_id)

    async def list_page(self, query: schemas.InvoiceQuery) -> schemas.InvoicePage:
        rows, next_cursor = await self.invoices.list_page(query, today=clock.today())
        return schemas.InvoicePage(items=[to_summary(row) for row in rows], next_cursor=next_cursor)

    async def show(self, invoice_id: UUID) -> schemas.Invoice:
        row = await self.invoices.get_with_balance(invoice_id, today=clock.today())
        if row is None:
            raise InvoiceNotFound
        return to_invoice(
            row,
            lines=await self.invoices.list_lines(invoice_id),
            taxes=await self.invoices.list_taxes(invoice_id),
            delivery=await self.deliveries.get_latest(invoice_id),
        )

    async def list_events(self, invoice_id: UUID) -> schemas.InvoiceEventList:
        if await self.invoices.get(invoice_id) is None:
            raise InvoiceNotFound
        return schemas.InvoiceEventList(
            items=[_to_event(event) for event in await self.invoices.list_events(invoice_id)]
        )

    async def get_pdf(self, invoice_id: UUID) -> InvoicePdf:
        """Return the document as it was sent, or rendered now: with its mark for a draft or a void invoice."""
        row = await self.invoices.get_with_balance(invoice_id, today=clock.today())
        if row is None:
            raise InvoiceNotFound
        invoice: Invoice = row[0]
        stored = await self.invoices.get_file(invoice_id) if invoice.state == InvoiceState.ISSUED else None
        if stored is not None:
            return InvoicePdf(filename=stored.filename, content=stored.content, content_sha256=stored.content_sha256)
        document = await self.get_document(invoice, customer=row[1])
        content = await asyncio.to_thread(render_invoice_pdf, document)
        return InvoicePdf(
            filename=filename_of(invoice), content=content, content_sha256=hashlib.sha256(content).digest()
        )

    async def get_document(self, invoice: Invoice, *, customer: Customer) -> InvoiceDocument:
        """Return what the document says: the frozen parties once issued, before that the present ones."""
        seller = None if invoice.seller is None else read_seller(invoice.seller)
        return build_document(
            invoice,
            lines=await self.invoices.list_lines(invoice.id),
            taxes=await self.invoices.list_taxes(invoice.id),
            seller=seller or await self._present_seller(),
            buyer=BuyerSnapshot.of(customer) if invoice.buyer is None else read_buyer(invoice.buyer),
        )

    async def _present_seller(self) -> SellerSnapshot:
        profile = await self.invoices.get_seller_profile()
        return SellerSnapshot.empty() if profile is None else SellerSnapshot.of(profile)


def _to_event(event: TeamEvent) -> schemas.InvoiceEvent:
    return msgspec.convert(
        {
            # Counted in 64 bits, which JavaScript numbers are not.
            "id": str(event.id),
            "kind": event.kind,
            "occurred_at": event.occurred_at,
            "actor_name": event.actor_name,
            "detail": event.detail,
        },
        schemas.InvoiceEvent,
    )
