"""How text, figures and dates stand on paper."""

import re
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec

MINUS_SIGN = "\u2212"
ZERO_WIDTH_SPACE = "\u200b"
REPLACEMENT_CHARACTER = "\ufffd"
LONGEST_UNBROKEN_WORD = 24
BREAK_EVERY = 8

# Everything XML 1.0 refuses (so it may not stand in a PDF's metadata either), and the directional overrides: with one
# of those in a name, the IBAN beside it could be made to read backwards.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_LONG_WORD = re.compile(rf"\S{{{LONGEST_UNBROKEN_WORD + 1},}}")
_CREDITOR_REFERENCE = re.compile(r"RF\d\d[0-9A-Z]{1,21}")

# Where the postal code follows the city; everywhere else it comes first.
_CITY_FIRST_COUNTRIES = frozenset({"AU", "CA", "GB", "GG", "IE", "IM", "IN", "JE", "NZ", "SG", "US", "ZA"})


@cache
def _country_names() -> dict[str, str]:
    return msgspec.json.decode((Path(__file__).parent / "countries.json").read_bytes(), type=dict[str, str])


def country_name(country_code: str) -> str:
    """The short English name; a code nobody assigned is printed as it is."""
    return _country_names().get(country_code.upper(), country_code.upper())


def clean_text(text: str) -> str:
    """The text without what cannot be printed, its line ends unified."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _UNPRINTABLE.sub("", unified.replace("\t", "    ")).strip("\n")


def breakable(text: str) -> str:
    """Cleaned text whose endless words may break, so that no column runs into its neighbour."""

    def allow_breaks(match: re.Match[str]) -> str:
        word = match.group()
        pieces = (word[start : start + BREAK_EVERY] for start in range(0, len(word), BREAK_EVERY))
        return ZERO_WIDTH_SPACE.join(pieces)

    return _LONG_WORD.sub(allow_breaks, clean_text(text))


def shortened(text: str, limit: int) -> str:
    """One line of at most `limit` characters, for places of a fixed size: headers, footers, metadata."""
    line = " ".join(clean_text(text).split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def money(amount: Decimal, minor_digits: int) -> str:
    """An amount with its currency's decimals; refuses to round, since a printed cent must be a calculated one."""
    if not amount.is_finite() or amount != round(amount, minor_digits):
        message = f"{amount} does not fit {minor_digits} decimals"
        raise ValueError(message)
    return _signed(f"{amount:,.{minor_digits}f}", is_negative=amount < 0)


def figure(number: Decimal, least_decimals: int = 0) -> str:
    """A quantity or price with the decimals it needs and no closing zeros beyond `least_decimals`."""
    if not number.is_finite():
        message = f"{number} is not a figure"
        raise ValueError(message)
    whole, _, decimals = f"{number:,f}".partition(".")
    decimals = decimals.rstrip("0").ljust(least_decimals, "0")
    return _signed(f"{whole}.{decimals}" if decimals else whole, is_negative=number < 0)


def _signed(text: str, *, is_negative: bool) -> str:
    unsigned = text.lstrip("-")
    return f"{MINUS_SIGN}{unsigned}" if is_negative else unsigned


def long_date(day: date) -> str:
    """A date as people write it: 22 November 2026."""
    return f"{day.day} {day:%B} {day.year}"


def grouped_in_fours(code: str) -> str:
    """An IBAN or creditor reference the way banks print it."""
    compact = re.sub(r"\s", "", clean_text(code)).upper()
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def payment_reference(reference: str) -> str:
    """Groups an ISO 11649 creditor reference; any other reference must be copied letter by letter, so it stays."""
    compact = re.sub(r"\s", "", clean_text(reference)).upper()
    return grouped_in_fours(compact) if _CREDITOR_REFERENCE.fullmatch(compact) else breakable(reference)


def city_line(postal_code: str, city: str, country_code: str) -> str:
    """Postal code and city in the order the country's post expects."""
    parts = (city, postal_code) if country_code.upper() in _CITY_FIRST_COUNTRIES else (postal_code, city)
    return " ".join(part for part in parts if part)
