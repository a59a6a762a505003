"""The one calculation, against an oracle of fractions that shares none of its code."""

import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.invoices.calculation import CalculationLine, TaxGroup, calculate
from app.lib.money import MAX_MINOR_UNITS, Currency
from app.lib.problems import InvalidInput
from app.models import TaxCategory

EUR = Currency.of("EUR")
CURRENCIES = st.sampled_from([Currency.of("JPY"), EUR, Currency.of("KWD")])


def line(
    quantity: str, unit_price: str, rate: str = "20", category: TaxCategory = TaxCategory.STANDARD
) -> CalculationLine:
    return CalculationLine(Decimal(quantity), Decimal(unit_price), category, Decimal(rate))


@st.composite
def lines(draw: st.DrawFn) -> CalculationLine:
    category = draw(st.sampled_from(list(TaxCategory)))
    rates = st.decimals(min_value="0.0001", max_value=100, places=4) | st.sampled_from(
        [Decimal(20), Decimal("9.975"), Decimal("5.5")]
    )
    return CalculationLine(
        draw(st.decimals(min_value="0.000001", max_value=99_999, places=6)),
        draw(st.decimals(min_value=0, max_value=999_999, places=6)),
        category,
        draw(rates) if category is TaxCategory.STANDARD else Decimal(0),
    )


def half_away_from_zero(value: Fraction) -> int:
    whole = int(abs(value))
    magnitude = whole + (1 if abs(value) - whole >= Fraction(1, 2) else 0)
    return magnitude if value >= 0 else -magnitude


@settings(deadline=None)  # two busy cores are no fault of the calculation
@given(st.lists(lines(), max_size=12), CURRENCIES)
@example([line("1", "0.005")], EUR)
@example([line("0.5", "0.01"), line("0.5", "0.01")], EUR)
def test_agrees_with_exact_fractions(given_lines: list[CalculationLine], currency: Currency) -> None:
    totals = calculate(given_lines, currency)

    minor = 10**currency.exponent
    nets = [half_away_from_zero(Fraction(each.quantity) * Fraction(each.unit_price) * minor) for each in given_lines]
    taxable: dict[tuple[TaxCategory, Decimal], int] = defaultdict(int)
    for each, net in zip(given_lines, nets, strict=True):
        taxable[each.tax_category, each.tax_rate] += net
    taxes = {group: half_away_from_zero(Fraction(base) * Fraction(group[1]) / 100) for group, base in taxable.items()}

    assert list(totals.line_net_minor) == nets
    assert {(group.tax_category, group.tax_rate): group.taxable_minor for group in totals.tax_groups} == taxable
    assert {(group.tax_category, group.tax_rate): group.tax_minor for group in totals.tax_groups} == taxes
    assert totals.gross_minor == sum(nets) + sum(taxes.values())


@settings(deadline=None)
@given(st.lists(lines(), max_size=12), CURRENCIES)
def test_totals_add_up(given_lines: list[CalculationLine], currency: Currency) -> None:
    totals = calculate(given_lines, currency)
    assert totals.net_minor == sum(totals.line_net_minor) == sum(group.taxable_minor for group in totals.tax_groups)
    assert totals.tax_minor == sum(group.tax_minor for group in totals.tax_groups)
    assert totals.gross_minor == totals.net_minor + totals.tax_minor


@settings(deadline=None)
@given(st.lists(lines(), max_size=12), CURRENCIES, st.randoms(use_true_random=False))
def test_order_of_lines_does_not_matter(
    given_lines: list[CalculationLine], currency: Currency, shuffling: random.Random
) -> None:
    shuffled = list(given_lines)
    shuffling.shuffle(shuffled)
    before, after = calculate(given_lines, currency), calculate(shuffled, currency)
    assert (before.tax_groups, before.net_minor, before.tax_minor) == (
        after.tax_groups,
        after.net_minor,
        after.tax_minor,
    )


@pytest.mark.parametrize(
    ("code", "quantity", "unit_price", "net_minor"),
    [
        ("EUR", "1", "0.005", 1),  # half a cent goes up, not to the even neighbour
        ("EUR", "1", "0.015", 2),
        ("EUR", "1", "0.025", 3),
        ("EUR", "3", "33.333333", 10000),
        ("JPY", "1", "0.5", 1),
        ("JPY", "1", "1.499999", 1),
        ("KWD", "1", "0.0005", 1),
        ("KWD", "2.5", "1.111", 2778),
    ],
)
def test_line_is_rounded_half_away_from_zero(code: str, quantity: str, unit_price: str, net_minor: int) -> None:
    assert calculate([line(quantity, unit_price)], Currency.of(code)).line_net_minor == (net_minor,)


def test_tax_is_rounded_once_per_group_and_not_per_line() -> None:
    # Per line it would be 3 x round(0.02) = 0.06; the group's 0.24 x 10 % is 0.02.
    totals = calculate([line("1", "0.08", "10")] * 3, EUR)
    assert totals.tax_groups == (TaxGroup(TaxCategory.STANDARD, Decimal(10), 24, 2),)


def test_rates_written_differently_are_one_group() -> None:
    totals = calculate([line("1", "1", "20"), line("1", "1", "20.00")], EUR)
    assert [group.taxable_minor for group in totals.tax_groups] == [200]


def test_zero_rated_and_exempt_are_groups_of_their_own() -> None:
    totals = calculate(
        [
            line("1", "5", "0", TaxCategory.EXEMPT),
            line("1", "7", "0", TaxCategory.ZERO_RATED),
            line("1", "9", "5.5"),
            line("1", "2", "20"),
        ],
        EUR,
    )
    assert [(group.tax_category, group.taxable_minor) for group in totals.tax_groups] == [
        ("S", 200),
        ("S", 900),
        ("Z", 700),
        ("E", 500),
    ]


def test_no_lines_make_zero() -> None:
    totals = calculate([], EUR)
    assert (totals.net_minor, totals.tax_minor, totals.gross_minor, totals.tax_groups) == (0, 0, 0, ())


def test_line_beyond_the_largest_amount_is_refused_with_its_path() -> None:
    with pytest.raises(InvalidInput) as refusal:
        calculate([line("1", "1"), line("999999999", "999999999")], EUR)
    assert [fault.path for fault in refusal.value.errors or []] == ["lines[1].unit_price"]


def test_sum_beyond_the_largest_amount_is_refused() -> None:
    largest = line("1", str(EUR.to_decimal(MAX_MINOR_UNITS)), "0", TaxCategory.EXEMPT)
    assert calculate([largest], EUR).gross_minor == MAX_MINOR_UNITS
    with pytest.raises(InvalidInput) as refusal:
        calculate([largest, largest], EUR)
    assert [fault.path for fault in refusal.value.errors or []] == ["lines"]
