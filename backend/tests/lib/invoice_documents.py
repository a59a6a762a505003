"""Invoice documents for the tests and the benchmark, with figures that add up."""

from datetime import date
from decimal import Decimal

from app.lib.pdf import DocumentLine, DocumentTax, InvoiceDocument, Party, PaymentDetails

SELLER = Party(
    name="Atelier Nord",
    address_lines=("Rue des Ateliers 12",),
    postal_code="1050",
    city="Brussels",
    country_code="BE",
    vat_identifier="BE0417497106",
    registration_identifier="RPM Brussels 0417.497.106",
    email="hello@ateliernord.example",
)
BUYER = Party(
    name="Kvarn & Möller GmbH",
    address_lines=("Attn. Ines Möller", "Lindenstraße 44"),
    postal_code="10969",
    city="Berlin",
    country_code="DE",
    vat_identifier="DE136695976",
)


def studio_line(position: int, *, description: str | None = None) -> DocumentLine:
    return DocumentLine(
        description=description or f"Item {position:03}: hours in the studio",
        quantity=Decimal("1.25"),
        unit_label="hours",
        unit_price=Decimal(80),
        tax_category="S",
        tax_rate=Decimal("21.0000"),
        net_amount=Decimal("100.00"),
    )


def studio_invoice(line_count: int = 8, *, number: str = "INV-2026-0042") -> InvoiceDocument:
    net = Decimal("100.00") * line_count
    tax = Decimal("21.00") * line_count
    return InvoiceDocument(
        number=number,
        issue_date=date(2026, 11, 22),
        due_date=date(2026, 12, 22),
        currency="EUR",
        minor_digits=2,
        seller=SELLER,
        buyer=BUYER,
        payment=PaymentDetails(iban="BE71096123456769", bic="GKCCBEBB", bank_name="Belfius"),
        payment_terms_days=30,
        buyer_reference="Ines Möller",
        purchase_order_reference="PO-7741",
        note="Thank you for the good work together.",
        lines=tuple(studio_line(position) for position in range(1, line_count + 1)),
        tax_breakdown=(DocumentTax(tax_category="S", tax_rate=Decimal("21.0000"), taxable_amount=net, tax_amount=tax),),
        net_amount=net,
        tax_amount=tax,
        gross_amount=net + tax,
        paid_amount=Decimal(0),
        amount_due=net + tax,
    )
