"""From draft to issued, sent and void: the steps that cannot be taken back."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.events.services import EventKind, record_event
from app.invoices import schemas
from app.invoices.calculation import CalculationLine, Totals, calculate
from app.invoices.errors import (
    BuyerIncomplete,
    CustomerArchived,
    DeliveryUnderWay,
    InvoiceHasPayments,
    InvoiceIncomplete,
    InvoiceNotDraft,
    InvoiceNotFound,
    InvoiceNotIssued,
    IssueDateOutOfOrder,
    SellerIncomplete,
)
from app.invoices.repositories import DeliveryRepository, InvoiceRepository
from app.invoices.services import InvoiceService
from app.invoices.snapshots import BuyerSnapshot, SellerSnapshot, freeze, read_buyer
from app.lib import clock
from app.lib.money import Currency
from app.lib.problems import FieldError, InvalidInput
from app.models import Customer, DeliveryState, Invoice, InvoiceLine, InvoiceState, SellerProfile, TaxCategory
from app.queue.enqueue import enqueue

# A sending that has not moved for this long has lost its worker for good.
DELIVERY_STALLED_AFTER = timedelta(minutes=10)
EARLIEST_ISSUE_DATE = date(2000, 1, 1)
UNFINISHED = (DeliveryState.QUEUED, DeliveryState.RENDERING, DeliveryState.SENDING)
_SELLER_MUST_HAVE = {"legal_name": "legal name", "address_line_1": "address", "city": "city", "country_code": "country"}


class IssuingService:
    def __init__(self, session: AsyncSession, team_id: UUID, *, actor_name: str | None) -> None:
        self.session = session
        self.team_id = team_id
        self.actor_name = actor_name
        self.invoices = InvoiceRepository(session, team_id)
        self.deliveries = DeliveryRepository(session, team_id)
        self.reading = InvoiceService(session, team_id)

    async def issue(self, invoice_id: UUID, data: schemas.InvoiceIssue) -> schemas.Invoice:
        """Freeze the draft under the next number of its series and put its sending on the queue."""
        # Locks are taken in one order everywhere: the invoice, then its deliveries, then the series.
        invoice = await self._locked(invoice_id)
        if invoice.state != InvoiceState.DRAFT:
            raise InvoiceNotDraft(f"This invoice has been issued already, as {invoice.number}.")
        issue_date = _checked_issue_date(data.issue_date or clock.today())
        due_date = invoice.due_date or issue_date + timedelta(days=invoice.payment_terms_days)
        if due_date < issue_date:
            raise InvoiceIncomplete(
                "The due date lies before the issue date.", errors=[_fault("due_date", "Lies before the issue date.")]
            )
        customer = _complete_buyer(await self.invoices.get_customer(invoice.customer_id))
        profile = _complete_seller(await self.invoices.get_seller_profile())
        totals = await self._recalculate(invoice)
        # The number comes last: its row lock makes the team's other issues wait, and a rollback gives it back.
        sequence = await self.invoices.take_number(issue_date.year, issue_date=issue_date)
        if sequence is None:
            raise IssueDateOutOfOrder(
                f"A later invoice of {issue_date.year} has been issued; choose its date or a later one."
            )
        self._freeze(
            invoice,
            totals,
            profile=profile,
            customer=customer,
            issue_date=issue_date,
            due_date=due_date,
            sequence=sequence,
        )
        await self.session.flush()  # the delivery points at an issued invoice
        self._record("invoice.issued", invoice, recipient=customer.email)
        await self._queue_delivery(invoice, customer.email)
        return await self.reading.show(invoice_id)

    async def send(self, invoice_id: UUID) -> schemas.Invoice:
        """Send the invoice once more, to the address the customer has now."""
        invoice = await self._locked(invoice_id)
        if invoice.state != InvoiceState.ISSUED:
            raise InvoiceNotIssued("Only an issued invoice that is not void can be sent.")
        latest = await self.deliveries.get_latest(invoice_id, is_locked=True)
        if latest is not None and latest.state in UNFINISHED:
            if clock.now() - latest.updated_at < DELIVERY_STALLED_AFTER:
                raise DeliveryUnderWay(f"Invoice {invoice.number} is on its way to {latest.recipient}.")
            latest.state = DeliveryState.FAILED
            latest.error = "This sending stalled and was replaced by a new one."
        customer = await self.invoices.get_customer(invoice.customer_id)
        frozen_email = "" if invoice.buyer is None else read_buyer(invoice.buyer).email
        await self._queue_delivery(invoice, (customer.email if customer else "") or frozen_email)
        return await self.reading.show(invoice_id)

    async def void(self, invoice_id: UUID, data: schemas.InvoiceVoid) -> schemas.Invoice:
        """Cancel the invoice; it keeps its number, so that the series has no gap."""
        invoice = await self._locked(invoice_id)
        if invoice.state != InvoiceState.ISSUED:
            raise InvoiceNotIssued("Only an issued invoice can be voided; a draft can be deleted.")
        # Recording a payment locks the invoice too, so none can slip in behind this look.
        if await self.invoices.has_unreversed_payments(invoice_id):
            raise InvoiceHasPayments("Payments are recorded for this invoice; reverse them before voiding it.")
        invoice.state = InvoiceState.VOID
        invoice.voided_at = clock.now()
        invoice.void_reason = data.reason.strip()
        self._record("invoice.voided", invoice, reason=invoice.void_reason)
        await self.session.flush()  # the answer is read back from the database
        return await self.reading.show(invoice_id)

    async def _locked(self, invoice_id: UUID) -> Invoice:
        invoice = await self.invoices.get(invoice_id, is_locked=True)
        if invoice is None:
            raise InvoiceNotFound
        return invoice

    async def _recalculate(self, invoice: Invoice) -> Totals:
        """Calculate what is issued from the stored lines, so that a draft saved by older code is put right."""
        lines = await self.invoices.list_lines(invoice.id)
        if not lines:
            raise InvoiceIncomplete(
                "Add at least one line before issuing.", errors=[_fault("lines", "Add at least one line.")]
            )
        for position, line in enumerate(lines):
            if not line.description:
                fault = _fault(f"lines[{position}].description", "Say what is invoiced.")
                raise InvoiceIncomplete(f"Line {line.position} has no description.", errors=[fault])
        totals = calculate([_calculation_line(line) for line in lines], Currency.of(invoice.currency))
        for line, net_minor in zip(lines, totals.line_net_minor, strict=True):
            line.net_minor = net_minor
        await self.session.flush()  # lines change only while the invoice is a draft
        await self.invoices.replace_taxes(invoice.id, totals.tax_groups)
        return totals

    def _freeze(
        self,
        invoice: Invoice,
        totals: Totals,
        *,
        profile: SellerProfile,
        customer: Customer,
        issue_date: date,
        due_date: date,
        sequence: int,
    ) -> None:
        invoice.net_minor = totals.net_minor
        invoice.tax_minor = totals.tax_minor
        invoice.gross_minor = totals.gross_minor
        invoice.seller = freeze(SellerSnapshot.of(profile))
        invoice.buyer = freeze(BuyerSnapshot.of(customer))
        invoice.issue_date = issue_date
        invoice.due_date = due_date
        invoice.series_year = issue_date.year
        invoice.series_sequence = sequence
        invoice.number = f"{profile.invoice_number_prefix}{issue_date.year}-{sequence:04d}"
        invoice.state = InvoiceState.ISSUED
        invoice.issued_at = clock.now()

    async def _queue_delivery(self, invoice: Invoice, recipient: str) -> None:
        if not recipient:
            raise BuyerIncomplete(
                "The customer has no e-mail address.", errors=[_fault("buyer.email", "Add an e-mail address.")]
            )
        delivery = await self.deliveries.add_queued(invoice.id, recipient)
        self._record("invoice.queued", invoice, recipient=recipient)
        await enqueue(self.session, "process_invoice", delivery_id=delivery.id)

    def _record(self, kind: EventKind, invoice: Invoice, **detail: Any) -> None:
        record_event(
            self.session,
            kind,
            team_id=self.team_id,
            subject_type="invoice",
            subject_id=invoice.id,
            actor_name=self.actor_name,
            detail={**event_detail(invoice), **detail},
        )


def event_detail(invoice: Invoice) -> dict[str, Any]:
    """What every event of an issued invoice tells, so that a timeline needs no further look-up."""
    return {
        "number": invoice.number,
        "customer_name": None if invoice.buyer is None else read_buyer(invoice.buyer).name,
        "amount": Currency.of(invoice.currency).format(invoice.gross_minor),
        "currency": invoice.currency,
    }


def _checked_issue_date(issue_date: date) -> date:
    if issue_date > clock.today():
        raise InvalidInput("issue_date", "The issue date lies in the future.")
    if issue_date < EARLIEST_ISSUE_DATE:
        raise InvalidInput("issue_date", "The issue date lies too far back.")
    return issue_date


def _complete_buyer(customer: Customer | None) -> Customer:
    if customer is None:
        raise BuyerIncomplete
    if customer.archived_at is not None:
        raise CustomerArchived(f"{customer.name} is archived; restore the customer before invoicing.")
    if not customer.email:
        raise BuyerIncomplete(
            f"{customer.name} has no e-mail address.", errors=[_fault("buyer.email", "Add an e-mail address.")]
        )
    return customer


def _complete_seller(profile: SellerProfile | None) -> SellerProfile:
    missing = [field for field in _SELLER_MUST_HAVE if profile is None or not getattr(profile, field).strip()]
    if profile is None or missing:
        words = ", ".join(_SELLER_MUST_HAVE[field] for field in missing)
        faults = [_fault(f"seller.{field}", f"The {_SELLER_MUST_HAVE[field]} is missing.") for field in missing]
        raise SellerIncomplete(f"Missing in your team's settings: {words}.", errors=faults)
    return profile


def _calculation_line(line: InvoiceLine) -> CalculationLine:
    return CalculationLine(line.quantity, line.unit_price, TaxCategory(line.tax_category), line.tax_rate)


def _fault(path: str, detail: str) -> FieldError:
    return FieldError(path=path, detail=detail)
