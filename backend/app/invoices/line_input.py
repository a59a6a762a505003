"""Lines and currency as sent, turned into what the calculation takes; the rules a schema cannot express stand here."""

from collections.abc import Sequence
from decimal import Decimal

from app.invoices.calculation import CalculationLine
from app.invoices.schemas import InvoiceLineDraft
from app.lib.money import Currency, UnknownCurrency
from app.lib.problems import InvalidInput
from app.models import TaxCategory

MAX_TAX_RATE = Decimal(100)


def read_currency(code: str) -> Currency:
    try:
        return Currency.of(code)
    except UnknownCurrency:
        raise InvalidInput("currency", "This is not a currency in use (ISO 4217).") from None


def read_lines(lines: Sequence[InvoiceLineDraft]) -> list[CalculationLine]:
    return [_read_line(line, f"lines[{position}]") for position, line in enumerate(lines)]


def _read_line(line: InvoiceLineDraft, path: str) -> CalculationLine:
    quantity = Decimal(line.quantity)
    tax_rate = Decimal(line.tax_rate)
    if not quantity:
        raise InvalidInput(f"{path}.quantity", "The quantity must be more than 0.")
    if tax_rate > MAX_TAX_RATE:
        raise InvalidInput(f"{path}.tax_rate", "A tax rate is at most 100 %.")
    if line.tax_category is TaxCategory.STANDARD and not tax_rate:
        raise InvalidInput(f"{path}.tax_rate", "A standard rate is above 0 %; choose zero-rated or exempt instead.")
    if line.tax_category is not TaxCategory.STANDARD and tax_rate:
        raise InvalidInput(f"{path}.tax_rate", "Zero-rated and exempt lines carry 0 %.")
    return CalculationLine(quantity, Decimal(line.unit_price), line.tax_category, tax_rate)
