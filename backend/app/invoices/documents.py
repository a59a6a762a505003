"""An invoice as the document that is rendered: the stored figures and snapshots, nothing calculated again."""

import re
from collections.abc import Sequence

from app.invoices.snapshots import BuyerSnapshot, SellerSnapshot
from app.invoices.units import unit_label
from app.lib.money import Currency
from app.lib.pdf import DocumentLine, DocumentTax, InvoiceDocument, Party, PaymentDetails
from app.models import Invoice, InvoiceLine, InvoiceState, InvoiceTax


def build_document(
    invoice: Invoice,
    *,
    lines: Sequence[InvoiceLine],
    taxes: Sequence[InvoiceTax],
    seller: SellerSnapshot,
    buyer: BuyerSnapshot,
) -> InvoiceDocument:
    """Payments are left out: the document says what was asked for when it was issued."""
    currency = Currency.of(invoice.currency)
    gross_amount = currency.to_decimal(invoice.gross_minor)
    return InvoiceDocument(
        number=invoice.number,
        is_draft=invoice.state == InvoiceState.DRAFT,
        is_void=invoice.state == InvoiceState.VOID,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        currency=currency.code,
        minor_digits=currency.exponent,
        seller=_seller_party(seller),
        buyer=_buyer_party(buyer),
        payment=PaymentDetails(
            iban=seller.iban or None,
            bic=seller.bic or None,
            bank_name=seller.bank_name or None,
            reference=invoice.number,
        ),
        payment_terms_days=invoice.payment_terms_days,
        buyer_reference=invoice.buyer_reference or None,
        purchase_order_reference=invoice.purchase_order_reference or None,
        note=invoice.note or None,
        lines=tuple(_line(line, currency) for line in lines),
        tax_breakdown=tuple(
            DocumentTax(
                tax_category=tax.tax_category,
                tax_rate=tax.tax_rate,
                taxable_amount=currency.to_decimal(tax.taxable_minor),
                tax_amount=currency.to_decimal(tax.tax_minor),
            )
            for tax in taxes
        ),
        net_amount=currency.to_decimal(invoice.net_minor),
        tax_amount=currency.to_decimal(invoice.tax_minor),
        gross_amount=gross_amount,
        paid_amount=currency.to_decimal(0),
        amount_due=gross_amount,
    )


def filename_of(invoice: Invoice) -> str:
    """A name that is safe in a header and on every disk; prefixes are the team's own words."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", invoice.number or "draft").strip("-.")
    return f"{stem or 'invoice'}.pdf"


def _line(line: InvoiceLine, currency: Currency) -> DocumentLine:
    return DocumentLine(
        description=line.description,
        quantity=line.quantity,
        unit_label=unit_label(line.unit_code),
        unit_price=line.unit_price,
        tax_category=line.tax_category,
        tax_rate=line.tax_rate,
        net_amount=currency.to_decimal(line.net_minor),
    )


def _seller_party(seller: SellerSnapshot) -> Party:
    return Party(
        name=seller.name,
        address_lines=_filled(seller.address_line_1, seller.address_line_2),
        postal_code=seller.postal_code,
        city=seller.city,
        country_code=seller.country_code,
        vat_identifier=seller.vat_identifier or None,
        registration_identifier=seller.registration_identifier or None,
        email=seller.email or None,
    )


def _buyer_party(buyer: BuyerSnapshot) -> Party:
    return Party(
        name=buyer.name,
        address_lines=_filled(buyer.contact_name, buyer.address_line_1, buyer.address_line_2),
        postal_code=buyer.postal_code,
        city=buyer.city,
        country_code=buyer.country_code,
        vat_identifier=buyer.vat_identifier or None,
        email=buyer.email or None,
    )


def _filled(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
