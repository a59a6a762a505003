"""Drafts: written, replaced and thrown away freely, until they are issued."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.events.services import record_event
from app.invoices import schemas
from app.invoices.calculation import CalculationLine, Totals, calculate
from app.invoices.errors import InvoiceNotDraft, InvoiceNotFound
from app.invoices.line_input import read_currency, read_lines
from app.invoices.presenting import to_totals
from app.invoices.repositories import InvoiceRepository
from app.invoices.services import InvoiceService
from app.lib.problems import InvalidInput
from app.models import Customer, Invoice, InvoiceState

DEFAULT_TERMS_DAYS = 30


class DraftService:
    def __init__(self, session: AsyncSession, team_id: UUID, *, actor_name: str | None) -> None:
        self.session = session
        self.team_id = team_id
        self.actor_name = actor_name
        self.invoices = InvoiceRepository(session, team_id)
        self.reading = InvoiceService(session, team_id)

    def calculate(self, data: schemas.InvoiceCalculate) -> schemas.Totals:
        """Return the totals that saving these lines would store; nothing is read or written."""
        return to_totals(calculate(read_lines(data.lines), read_currency(data.currency)))

    async def create(self, data: schemas.InvoiceDraft) -> schemas.Invoice:
        invoice = Invoice(team_id=self.team_id, state=InvoiceState.DRAFT)
        customer = await self._write(invoice, data, is_new=True)
        record_event(
            self.session,
            "invoice.created",
            team_id=self.team_id,
            subject_type="invoice",
            subject_id=invoice.id,
            actor_name=self.actor_name,
            detail={"customer_name": customer.name},
        )
        return await self.reading.show(invoice.id)

    async def replace(self, invoice_id: UUID, data: schemas.InvoiceDraft) -> schemas.Invoice:
        await self._write(await self._locked_draft(invoice_id), data, is_new=False)
        return await self.reading.show(invoice_id)

    async def delete(self, invoice_id: UUID) -> None:
        await self.invoices.delete(await self._locked_draft(invoice_id))

    async def _locked_draft(self, invoice_id: UUID) -> Invoice:
        invoice = await self.invoices.get(invoice_id, is_locked=True)
        if invoice is None:
            raise InvoiceNotFound
        if invoice.state != InvoiceState.DRAFT:
            raise InvoiceNotDraft(f"Invoice {invoice.number} has been issued and can no longer be changed.")
        return invoice

    async def _write(self, invoice: Invoice, data: schemas.InvoiceDraft, *, is_new: bool) -> Customer:
        currency = read_currency(data.currency)
        lines = read_lines(data.lines)
        totals = calculate(lines, currency)
        customer = await self._customer(data.customer_id)
        invoice.customer_id = customer.id
        invoice.currency = currency.code
        invoice.due_date = data.due_date
        invoice.payment_terms_days = await self._terms(data, customer)
        invoice.note = data.note
        invoice.buyer_reference = data.buyer_reference
        invoice.purchase_order_reference = data.purchase_order_reference
        invoice.net_minor = totals.net_minor
        invoice.tax_minor = totals.tax_minor
        invoice.gross_minor = totals.gross_minor
        if is_new:
            self.invoices.add(invoice)
        await self.session.flush()  # the lines point at the invoice
        await self.invoices.replace_lines(invoice.id, _line_rows(data, lines, totals))
        await self.invoices.replace_taxes(invoice.id, totals.tax_groups)
        return customer

    async def _customer(self, customer_id: UUID) -> Customer:
        customer = await self.invoices.get_customer(customer_id)
        if customer is None:
            raise InvalidInput("customer_id", "There is no such customer.")
        if customer.archived_at is not None:
            raise InvalidInput("customer_id", "This customer is archived; restore it before invoicing it.")
        return customer

    async def _terms(self, data: schemas.InvoiceDraft, customer: Customer) -> int:
        if data.payment_terms_days is not None:
            return data.payment_terms_days
        if customer.payment_terms_days is not None:
            return customer.payment_terms_days
        profile = await self.invoices.get_seller_profile()
        return DEFAULT_TERMS_DAYS if profile is None else profile.payment_terms_days


def _line_rows(data: schemas.InvoiceDraft, lines: list[CalculationLine], totals: Totals) -> list[dict[str, Any]]:
    return [
        {
            "description": sent.description.strip(),
            "quantity": line.quantity,
            "unit_code": sent.unit_code,
            "unit_price": line.unit_price,
            "tax_category": line.tax_category,
            "tax_rate": line.tax_rate,
            "net_minor": net_minor,
        }
        for sent, line, net_minor in zip(data.lines, lines, totals.line_net_minor, strict=True)
    ]
