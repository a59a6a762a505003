"""Field types shared by the schemas, so that a limit is written once."""

from typing import Annotated

from msgspec import Meta

type Name = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"\S")]
type LegalName = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
type AddressLine = Annotated[str, Meta(max_length=200)]
type ShortText = Annotated[str, Meta(max_length=120)]
type Sentence = Annotated[str, Meta(max_length=500)]
type Reason = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]
type LongText = Annotated[str, Meta(max_length=4000)]
type PostalCode = Annotated[str, Meta(max_length=20)]
type Phone = Annotated[str, Meta(max_length=40)]
type TaxIdentifier = Annotated[str, Meta(max_length=32)]

# The schema bounds the shape; services check the address with email-validator and normalise it.
type Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
type OptionalEmail = Annotated[str, Meta(max_length=254, pattern=r"^([^@\s]+@[^@\s]+)?$")]
type Password = Annotated[str, Meta(min_length=12, max_length=128)]
type PasswordAttempt = Annotated[str, Meta(min_length=1, max_length=128)]

type CountryCode = Annotated[str, Meta(pattern=r"^([A-Z]{2})?$", description="ISO 3166-1 alpha-2, or empty")]
type CurrencyCode = Annotated[str, Meta(pattern=r"^[A-Z]{3}$", description="ISO 4217")]
type DaysToPay = Annotated[int, Meta(ge=0, le=365)]

# [0-9] because \d takes the digits of every script.
# Decimal strings, in currency units or percent: JSON numbers would pass through binary floats in most clients.
type Amount = Annotated[
    str, Meta(description="Decimal string in currency units, with the currency's decimals, e.g. 1190.00")
]
type PositiveAmountInput = Annotated[
    str, Meta(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$", description="Decimal string in currency units")
]
type QuantityInput = Annotated[
    str, Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$", description="Decimal string, up to 6 decimals")
]
type UnitPriceInput = Annotated[
    str, Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$", description="Decimal string in currency units, up to 6 decimals")
]
type TaxRateInput = Annotated[
    str, Meta(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$", description="Percent, up to 4 decimals")
]
