"""Money as integer minor units with an ISO 4217 exponent; decimals only, never floats."""

from decimal import ROUND_HALF_UP, Context, Decimal

import msgspec

from app.lib.iso4217 import MINOR_UNIT_EXPONENTS

# ROUND_HALF_UP in `decimal` is half away from zero, the rule tax offices use.
EXACT = Context(prec=50, rounding=ROUND_HALF_UP)

# The largest amount one document may carry, far inside BIGINT so that sums over a team cannot overflow.
MAX_MINOR_UNITS = 10**15


class UnknownCurrency(ValueError):
    """The code is not an ISO 4217 currency with minor units."""


class Currency(msgspec.Struct, frozen=True):
    code: str
    exponent: int

    @classmethod
    def of(cls, code: str) -> "Currency":
        """Raise `UnknownCurrency` for a code outside ISO 4217."""
        try:
            return cls(code, MINOR_UNIT_EXPONENTS[code])
        except KeyError:
            raise UnknownCurrency(code) from None

    def round_to_minor(self, amount: Decimal) -> int:
        """Round currency units to minor units, half away from zero."""
        return int(amount.scaleb(self.exponent, EXACT).quantize(Decimal(1), context=EXACT))

    def to_minor(self, amount: Decimal) -> int:
        """Convert exactly; raise `ValueError` when the amount has more decimals than the currency."""
        minor = amount.scaleb(self.exponent, EXACT)
        if minor != minor.to_integral_value():
            raise ValueError(f"{self.code} has {self.exponent} decimals")
        return int(minor)

    def to_decimal(self, minor: int) -> Decimal:
        return Decimal(minor).scaleb(-self.exponent, EXACT)

    def format(self, minor: int) -> str:
        """Return the plain decimal string of the API, e.g. `1190.00`, `-5`, `0.125`."""
        # By its digits, not through Decimal: lists format forty amounts, and this is half of their cost otherwise.
        if self.exponent == 0:
            return str(minor)
        whole, part = divmod(abs(minor), 10**self.exponent)
        return f"{'-' if minor < 0 else ''}{whole}.{part:0{self.exponent}d}"
