"""Stored invoices and computed totals as the API shows them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import asyncpg
from sqlalchemy import Row

from app.invoices import schemas
from app.invoices.calculation import TaxGroup, Totals
from app.invoices.schemas import InvoiceStatus
from app.invoices.snapshots import BuyerSnapshot, read_buyer, read_seller, to_party
from app.invoices.units import UnitCode
from app.lib.money import Currency
from app.models import Customer, Invoice, InvoiceDelivery, InvoiceLine, InvoiceState, InvoiceTax, TaxCategory

_STATUSES = {status.value: status for status in InvoiceStatus}


def to_summary(row: asyncpg.Record) -> schemas.InvoiceSummary:
    (
        invoice_id,
        number,
        status,
        customer_id,
        customer_name,
        issue_date,
        due_date,
        code,
        gross_minor,
        paid_minor,
        state,
        created_at,
        _,
    ) = row
    currency = Currency.of(code)
    return schemas.InvoiceSummary(
        id=invoice_id,
        number=number,
        status=_STATUSES[status],
        customer_id=customer_id,
        customer_name=customer_name,
        issue_date=issue_date,
        due_date=due_date,
        currency=code,
        gross_amount=currency.format(gross_minor),
        amount_due=currency.format(due_minor(state, gross_minor, paid_minor)),
        created_at=created_at,
    )


def to_totals(totals: Totals) -> schemas.Totals:
    currency = totals.currency
    return schemas.Totals(
        currency=currency.code,
        lines=[schemas.LineTotal(net_amount=currency.format(net)) for net in totals.line_net_minor],
        tax_breakdown=[to_tax_breakdown(group, currency) for group in totals.tax_groups],
        net_amount=currency.format(totals.net_minor),
        tax_amount=currency.format(totals.tax_minor),
        gross_amount=currency.format(totals.gross_minor),
    )


def to_invoice(
    row: Row[*tuple[Any, ...]],
    *,
    lines: Sequence[InvoiceLine],
    taxes: Sequence[InvoiceTax],
    delivery: InvoiceDelivery | None,
) -> schemas.Invoice:
    invoice: Invoice = row[0]
    customer: Customer = row[1]
    currency = Currency.of(invoice.currency)
    buyer = BuyerSnapshot.of(customer) if invoice.buyer is None else read_buyer(invoice.buyer)
    return schemas.Invoice(
        id=invoice.id,
        number=invoice.number,
        status=_STATUSES[row.status],
        customer_id=invoice.customer_id,
        currency=invoice.currency,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        payment_terms_days=invoice.payment_terms_days,
        note=invoice.note,
        buyer_reference=invoice.buyer_reference,
        purchase_order_reference=invoice.purchase_order_reference,
        lines=[_to_line(line, currency) for line in lines],
        tax_breakdown=[to_tax_breakdown(tax, currency) for tax in taxes],
        net_amount=currency.format(invoice.net_minor),
        tax_amount=currency.format(invoice.tax_minor),
        gross_amount=currency.format(invoice.gross_minor),
        paid_amount=currency.format(row.paid_minor),
        amount_due=currency.format(due_minor(invoice.state, invoice.gross_minor, row.paid_minor)),
        seller=None if invoice.seller is None else to_party(read_seller(invoice.seller)),
        buyer=to_party(buyer),
        delivery=None if delivery is None else _to_delivery(delivery),
        has_pdf=row.has_pdf,
        issued_at=invoice.issued_at,
        voided_at=invoice.voided_at,
        void_reason=invoice.void_reason,
        created_at=invoice.created_at,
        updated_at=invoice.updated_at,
    )


def due_minor(state: str, gross_minor: int, paid_minor: int) -> int:
    # A void invoice asks for nothing, and a draft asks for nothing yet but shows what it will ask for.
    return 0 if state == InvoiceState.VOID else gross_minor - paid_minor


def plain_decimal(value: Decimal, *, least_decimals: int = 0) -> str:
    """Write `20.0000` as `20` and, with two decimals at least, `100.000000` as `100.00`."""
    decimals = -int(value.normalize().as_tuple().exponent)
    return f"{value:.{max(decimals, least_decimals)}f}"


def to_tax_breakdown(tax: TaxGroup | InvoiceTax, currency: Currency) -> schemas.TaxBreakdown:
    return schemas.TaxBreakdown(
        tax_category=TaxCategory(tax.tax_category),
        tax_rate=plain_decimal(tax.tax_rate),
        taxable_amount=currency.format(tax.taxable_minor),
        tax_amount=currency.format(tax.tax_minor),
    )


def _to_line(line: InvoiceLine, currency: Currency) -> schemas.InvoiceLine:
    return schemas.InvoiceLine(
        id=line.id,
        position=line.position,
        description=line.description,
        quantity=plain_decimal(line.quantity),
        unit_code=UnitCode(line.unit_code),
        unit_price=plain_decimal(line.unit_price, least_decimals=currency.exponent),
        tax_category=TaxCategory(line.tax_category),
        tax_rate=plain_decimal(line.tax_rate),
        net_amount=currency.format(line.net_minor),
    )


def _to_delivery(delivery: InvoiceDelivery) -> schemas.Delivery:
    return schemas.Delivery(
        state=delivery.state,
        recipient=delivery.recipient,
        sent_at=delivery.sent_at,
        error=delivery.error,
        updated_at=delivery.updated_at,
    )
