"""Turns an InvoiceDocument into the strings and column widths that the Typst template sets."""

import re

import msgspec

from app.lib.documents.formatting import (
    breakable,
    city_line,
    clean_text,
    country_name,
    figure,
    grouped_in_fours,
    long_date,
    money,
    payment_reference,
    shortened,
)
from app.lib.documents.invoice import DocumentLine, DocumentTax, InvoiceDocument, Party

TITLES = {"invoice": "Invoice", "credit_note": "Credit note"}

TEXT_WIDTH_POINTS = 467.7
FIGURE_SIZE_POINTS = 9.5
# Source Sans 3: a tabular digit is 0.497 em wide, a separator half of that; letters are narrower on average.
DIGIT_EMS = 0.5
SEPARATOR_EMS = 0.26
LETTER_EMS = 0.47
COLUMN_GAP_POINTS = 11
# The description keeps at least this much; figures with twenty digits are set smaller instead.
LEAST_DESCRIPTION_POINTS = 150.0
SMALLEST_FIGURE_SCALE = 0.6

# A row up to this many lines moves to the next page whole; a longer one may break, or it would leave half a page empty.
LONGEST_WHOLE_ROW_LINES = 14


class Columns(msgspec.Struct, frozen=True):
    """Widths of description, quantity, unit, unit price, tax and amount, and the size of their figures."""

    widths: tuple[float, float, float, float, float, float]
    figure_points: float


def invoice_view(document: InvoiceDocument) -> dict[str, object]:
    """Everything the template prints, as plain text; refuses amounts that would need rounding."""
    title = TITLES[document.kind]
    number = document.number and shortened(document.number, 40)
    columns = _columns(document)
    return {
        "title": "Draft" if document.is_draft else title,
        "document_title": _document_title(document, title),
        "author": shortened(document.seller.name, 120),
        "issued_on": document.issue_date
        and [document.issue_date.year, document.issue_date.month, document.issue_date.day],
        "mark": "Draft" if document.is_draft else "Void" if document.is_void else None,
        "is_void": document.is_void,
        "currency": clean_text(document.currency),
        "seller_name": shortened(document.seller.name, 70),
        "return_address": _return_address(document.seller),
        "recipient": _recipient(document.buyer, sender=document.seller),
        "running_title": " ".join(part for part in ("Draft" if document.is_draft else title, number) if part),
        "facts": _facts(document),
        # A void invoice shows, struck through, what it once asked for.
        "headline": money(document.gross_amount if document.is_void else document.amount_due, document.minor_digits),
        "headline_caption": _headline_caption(document),
        "column_widths": columns.widths,
        "figure_points": columns.figure_points,
        "tax_name": clean_text(document.tax_name),
        "lines": [_line(line, document, columns.widths[0]) for line in document.lines],
        "totals": _totals(document),
        "payment": _payment_facts(document),
        "payment_terms": _payment_terms(document),
        "note": breakable(document.note).split("\n") if document.note else [],
        "legal_lines": _legal_lines(document.seller, document.tax_name),
        "logo": list(document.logo) if document.logo else None,
    }


def _document_title(document: InvoiceDocument, title: str) -> str:
    parts = ("Draft" if document.is_draft else title, document.number or "", "(void)" if document.is_void else "")
    return shortened(f"{' '.join(part for part in parts if part)} · {document.seller.name}", 200)


def _return_address(seller: Party) -> str:
    parts = (seller.name, *seller.address_lines, city_line(seller.postal_code, seller.city, seller.country_code))
    return shortened(" · ".join(part for part in parts if part.strip()), 75)


def _recipient(buyer: Party, *, sender: Party) -> list[str]:
    lines = [buyer.name, *buyer.address_lines, city_line(buyer.postal_code, buyer.city, buyer.country_code)]
    if buyer.country_code and buyer.country_code.upper() != sender.country_code.upper():
        # The Universal Postal Union asks for the country in capitals, and only on mail that crosses a border.
        lines.append(country_name(buyer.country_code).upper())
    return [breakable(line) for line in lines if line.strip()]


def _facts(document: InvoiceDocument) -> list[list[str]]:
    seller, buyer = document.seller, document.buyer
    number_label = "Credit note number" if document.kind == "credit_note" else "Invoice number"
    facts = [
        (number_label, document.number or "given when issued"),
        ("Issue date", long_date(document.issue_date) if document.issue_date else None),
        ("Due date", long_date(document.due_date) if document.due_date else None),
        ("Your reference", document.buyer_reference),
        ("Purchase order", document.purchase_order_reference),
        (f"Your {document.tax_name} number", buyer.vat_identifier),
        (f"Our {document.tax_name} number", seller.vat_identifier),
    ]
    return [[clean_text(label), breakable(value)] for label, value in facts if value]


def _headline_caption(document: InvoiceDocument) -> str:
    if document.is_void:
        return "This document is void. Nothing is to be paid."
    if document.is_draft:
        return "A draft, not an invoice yet. Figures may still change."
    if document.kind == "credit_note":
        return "credited to you"
    if document.amount_due == 0:
        return "Paid in full, thank you." if document.paid_amount else "Nothing is to be paid."
    still = "still due" if document.paid_amount else "due"
    return f"{still} by {long_date(document.due_date)}" if document.due_date else still


def _line(line: DocumentLine, document: InvoiceDocument, description_points: float) -> dict[str, object]:
    description = breakable(line.description).split("\n")
    characters_a_line = description_points / (FIGURE_SIZE_POINTS * LETTER_EMS)
    height_in_lines = sum(1 + int(len(paragraph) / characters_a_line) for paragraph in description)
    return {
        "description": description,
        "is_breakable": height_in_lines > LONGEST_WHOLE_ROW_LINES,
        "quantity": figure(line.quantity),
        "unit": breakable(line.unit_label),
        "unit_price": figure(line.unit_price, document.minor_digits),
        "tax": _rate(line),
        "net_amount": money(line.net_amount, document.minor_digits),
    }


def _rate(taxed: DocumentLine | DocumentTax) -> str:
    return "Exempt" if taxed.tax_category == "E" else f"{figure(taxed.tax_rate)}%"


def _tax_label(tax: DocumentTax, tax_name: str) -> str:
    match tax.tax_category:
        case "E":
            return f"Exempt from {tax_name}"
        case "Z":
            return f"{tax_name} {_rate(tax)}, zero-rated"
        case "AE":
            return f"{tax_name} {_rate(tax)}, reverse charge"
        case _:
            return f"{tax_name} {_rate(tax)}"


def _totals(document: InvoiceDocument) -> list[dict[str, str]]:
    digits = document.minor_digits
    tax_name = clean_text(document.tax_name)
    rows = [{"kind": "row", "label": "Net total", "basis": "", "amount": money(document.net_amount, digits)}]
    rows += [
        {
            "kind": "row",
            "label": _tax_label(tax, tax_name),
            "basis": f"on {money(tax.taxable_amount, digits)}",
            "amount": money(tax.tax_amount, digits),
        }
        for tax in document.tax_breakdown
    ]
    if len(document.tax_breakdown) > 1:
        rows.append(
            {"kind": "row", "label": f"{tax_name} in all", "basis": "", "amount": money(document.tax_amount, digits)}
        )
    rows.append({"kind": "sum", "label": "Total", "basis": "", "amount": money(document.gross_amount, digits)})
    if document.paid_amount:
        rows.append({"kind": "row", "label": "Paid", "basis": "", "amount": money(-document.paid_amount, digits)})
    return rows


def _payment_facts(document: InvoiceDocument) -> list[list[str]]:
    payment = document.payment
    if not payment.iban or document.is_void or document.kind == "credit_note":
        return []
    facts = [
        ("Account holder", breakable(document.seller.name)),
        ("IBAN", grouped_in_fours(payment.iban)),
        ("BIC", clean_text(payment.bic or "")),
        ("Bank", breakable(payment.bank_name or "")),
        ("Reference", payment_reference(payment.reference or document.number or "")),
    ]
    return [[label, value] for label, value in facts if value]


def _payment_terms(document: InvoiceDocument) -> str | None:
    if document.is_void or document.kind == "credit_note" or document.payment_terms_days is None:
        return None
    if document.payment_terms_days == 0:
        return "Payable on receipt."
    unit = "day" if document.payment_terms_days == 1 else "days"
    return f"Payable within {document.payment_terms_days} {unit} of the issue date."


def _legal_lines(seller: Party, tax_name: str) -> list[str]:
    address = (
        seller.name,
        *seller.address_lines,
        city_line(seller.postal_code, seller.city, seller.country_code),
        country_name(seller.country_code) if seller.country_code else "",
    )
    tax_identity = seller.vat_identifier and f"{tax_name} {seller.vat_identifier}"
    identity = (tax_identity, seller.registration_identifier, seller.email)
    lines = (" · ".join(part for part in parts if part and part.strip()) for parts in (address, identity))
    return [shortened(line, 115) for line in lines if line]


def _columns(document: InvoiceDocument) -> Columns:
    """Widths reckoned from the longest figure: exact enough for tabular digits, and Typst needn't lay rows out twice."""
    digits = document.minor_digits
    lines = document.lines
    figures: list[list[str]] = [
        ["Quantity", *(figure(line.quantity) for line in lines)],
        ["Unit price", *(figure(line.unit_price, digits) for line in lines)],
        [clean_text(document.tax_name), *(_rate(line) for line in lines)],
        ["Amount", *(money(line.net_amount, digits) for line in lines)],
    ]
    unit_ems = max((min(len(clean_text(line.unit_label)), 9) for line in lines), default=0) * LETTER_EMS
    ems = [max(map(_figure_ems, column)) for column in figures]
    gaps = COLUMN_GAP_POINTS * 5
    room = TEXT_WIDTH_POINTS - LEAST_DESCRIPTION_POINTS - gaps
    scale = max(SMALLEST_FIGURE_SCALE, min(1.0, room / ((sum(ems) + unit_ems) * FIGURE_SIZE_POINTS)))
    size = FIGURE_SIZE_POINTS * scale
    quantity, unit_price, tax, amount = (width * size + 1 for width in ems)
    unit = unit_ems * size + 2
    description = TEXT_WIDTH_POINTS - gaps - quantity - unit - unit_price - tax - amount
    return Columns(widths=(description, quantity, unit, unit_price, tax, amount), figure_points=size)


def _figure_ems(text: str) -> float:
    digits = len(re.findall(r"[\d\u2212%]", text))
    separators = len(re.findall(r"[.,]", text))
    return digits * DIGIT_EMS + separators * SEPARATOR_EMS + (len(text) - digits - separators) * DIGIT_EMS
