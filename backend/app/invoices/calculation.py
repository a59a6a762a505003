"""The one calculation behind preview, stored totals, PDF and API."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from app.lib.money import EXACT, MAX_MINOR_UNITS, Currency
from app.lib.problems import InvalidInput
from app.models import TaxCategory

PER_CENT = Decimal("0.01")
_CATEGORY_ORDER = {category: position for position, category in enumerate(TaxCategory)}


class CalculationLine(msgspec.Struct, frozen=True):
    """What of a line decides its amounts."""

    quantity: Decimal
    unit_price: Decimal
    tax_category: TaxCategory
    tax_rate: Decimal


class TaxGroup(msgspec.Struct, frozen=True):
    """One row of the tax breakdown (BG-23)."""

    tax_category: TaxCategory
    tax_rate: Decimal
    taxable_minor: int
    tax_minor: int


class Totals(msgspec.Struct, frozen=True):
    """Amounts of a whole invoice, in minor units; `line_net_minor` stands in the order of the lines."""

    currency: Currency
    line_net_minor: tuple[int, ...]
    tax_groups: tuple[TaxGroup, ...]
    net_minor: int
    tax_minor: int
    gross_minor: int


def calculate(lines: Sequence[CalculationLine], currency: Currency) -> Totals:
    """Round each line, then the tax of each (category, rate) group once; raise `InvalidInput` when an amount is too large."""
    taxable_by_group: dict[tuple[TaxCategory, Decimal], int] = {}
    line_net_minor: list[int] = []
    for position, line in enumerate(lines):
        net = currency.round_to_minor(EXACT.multiply(line.quantity, line.unit_price))
        _refuse_too_large(net, f"lines[{position}].unit_price")
        line_net_minor.append(net)
        # Decimal("20") and Decimal("20.00") are equal and hash alike: they are one group.
        group = (line.tax_category, line.tax_rate)
        taxable_by_group[group] = taxable_by_group.get(group, 0) + net

    # Rounding per line would differ by cents from the document's own breakdown, and some countries forbid it.
    tax_groups = tuple(
        TaxGroup(category, rate, taxable, _tax_minor(taxable, rate, currency))
        for (category, rate), taxable in sorted(
            taxable_by_group.items(), key=lambda item: (_CATEGORY_ORDER[item[0][0]], -item[0][1])
        )
    )
    net_minor = sum(line_net_minor)
    tax_minor = sum(group.tax_minor for group in tax_groups)
    _refuse_too_large(net_minor + tax_minor, "lines")
    return Totals(currency, tuple(line_net_minor), tax_groups, net_minor, tax_minor, net_minor + tax_minor)


def _tax_minor(taxable_minor: int, rate: Decimal, currency: Currency) -> int:
    taxable = currency.to_decimal(taxable_minor)
    return currency.round_to_minor(EXACT.multiply(EXACT.multiply(taxable, rate), PER_CENT))


def _refuse_too_large(minor: int, path: str) -> None:
    if abs(minor) > MAX_MINOR_UNITS:
        raise InvalidInput(path, "This makes an amount larger than an invoice can carry.")
