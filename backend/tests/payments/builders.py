"""Rows of a small ledger, with only what a test wants to say about them."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

from app.db.base import Base
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.invoices.snapshots import BuyerSnapshot, SellerSnapshot, freeze
from app.lib.ids import new_id
from app.models import Customer, Invoice, InvoiceState, Payment, PaymentMethod

_sequence = count(1)


def build_customer(team_id: UUID, *, name: str = "Nordlicht GmbH") -> Customer:
    empty = dict.fromkeys(
        ("contact_name", "address_line_1", "address_line_2", "postal_code", "city", "country_code", "vat_identifier"),
        "",
    )
    return Customer(id=new_id(), team_id=team_id, name=name, email="billing@nordlicht.example", currency="EUR", **empty)


def build_issued_invoice(
    customer: Customer,
    *,
    gross_minor: int = 119_00,
    currency: str = "EUR",
    issue_date: date = date(2026, 11, 2),
    due_date: date | None = None,
) -> Invoice:
    sequence = next(_sequence)
    return Invoice(
        id=new_id(),
        team_id=customer.team_id,
        customer_id=customer.id,
        state=InvoiceState.ISSUED,
        number=f"T-{sequence}",
        series_year=issue_date.year,
        series_sequence=sequence,
        issue_date=issue_date,
        due_date=due_date or issue_date + timedelta(days=30),
        payment_terms_days=30,
        currency=currency,
        net_minor=gross_minor,
        tax_minor=0,
        gross_minor=gross_minor,
        seller=freeze(SellerSnapshot.empty()),
        buyer=freeze(BuyerSnapshot.of(customer)),
        issued_at=datetime(2026, 11, 2, 9, tzinfo=UTC),
    )


def build_draft(customer: Customer, *, currency: str = "EUR", gross_minor: int = 50_00) -> Invoice:
    return Invoice(
        id=new_id(),
        team_id=customer.team_id,
        customer_id=customer.id,
        state=InvoiceState.DRAFT,
        payment_terms_days=30,
        currency=currency,
        net_minor=gross_minor,
        tax_minor=0,
        gross_minor=gross_minor,
    )


def build_payment(invoice: Invoice, *, amount_minor: int, paid_on: date, is_reversed: bool = False) -> Payment:
    now = datetime(2026, 11, 2, 10, tzinfo=UTC)
    return Payment(
        id=new_id(),
        team_id=invoice.team_id,
        invoice_id=invoice.id,
        amount_minor=amount_minor,
        currency=invoice.currency,
        paid_on=paid_on,
        method=PaymentMethod.BANK_TRANSFER,
        created_at=now,
        reversed_at=now if is_reversed else None,
        reversal_reason="Bounced" if is_reversed else None,
    )


async def keep(sessions: SessionFactory, scope: TenantScope, *rows: Base) -> None:
    """Write the rows in this order: no relationships are mapped that would sort them."""
    async with transaction(sessions, scope) as session:
        for row in rows:
            session.add(row)
            await session.flush()
