"""What the demo team sells, and to whom."""

from decimal import Decimal
from typing import Any

import msgspec

TEAM_NAME = "Atelier Nord"
USER_NAME = "Mara Lindqvist"
# Name, address and role; nobody has a password for them.
COLLEAGUES = (
    ("Jonas Brandt", "jonas@ateliernord.example", "admin"),
    ("Ines Aubert", "ines@ateliernord.example", "viewer"),
)

SELLER: dict[str, Any] = {
    "currency": "EUR",
    "payment_terms_days": 14,
    "invoice_number_prefix": "AN-",
    "seller": {
        "legal_name": "Atelier Nord GmbH",
        "address_line_1": "Torstraße 41",
        "postal_code": "10119",
        "city": "Berlin",
        "country_code": "DE",
        "vat_identifier": "DE136695976",
        "registration_identifier": "HRB 182734 B",
        "email": "rechnung@ateliernord.example",
        "iban": "DE89370400440532013000",
        "bic": "COBADEFFXXX",
        "bank_name": "Commerzbank",
    },
}


def _customer(
    name: str, email: str, contact: str, line: str, postal_code: str, city: str, country: str, **more: Any
) -> dict[str, Any]:
    return {
        "name": name,
        "email": email,
        "contact_name": contact,
        "address_line_1": line,
        "postal_code": postal_code,
        "city": city,
        "country_code": country,
        "currency": "EUR",
        **more,
    }


CUSTOMERS: dict[str, dict[str, Any]] = {
    "helle": _customer(
        "Café Helle", "konto@cafe-helle.example", "Jonas Helle", "Oranienstraße 12", "10999", "Berlin", "DE"
    ),
    "brandt": _customer(
        "Brandt & Söhne Metallbau",
        "buchhaltung@brandt-metall.example",
        "Ute Brandt",
        "Industrieweg 7",
        "04158",
        "Leipzig",
        "DE",
        payment_terms_days=30,
    ),
    "vandijk": _customer(
        "Van Dijk Architecten",
        "facturen@vandijk.example",
        "Sanne van Dijk",
        "Prinsengracht 210",
        "1016 HD",
        "Amsterdam",
        "NL",
        vat_identifier="NL004495445B01",
    ),
    "lumen": _customer(
        "Galerie Lumen", "office@galerie-lumen.example", "Irène Morel", "Rue de Turenne 88", "75003", "Paris", "FR"
    ),
    "fjord": _customer(
        "Fjord Outdoor AS",
        "invoice@fjord-outdoor.example",
        "Henrik Dahl",
        "Bryggen 3",
        "5003",
        "Bergen",
        "NO",
        currency="NOK",
    ),
    "okada": _customer(
        "Okada Ceramics",
        "accounts@okada.example",
        "Yuki Okada",
        "Kawaramachi 5-2",
        "600-8001",
        "Kyoto",
        "JP",
        currency="JPY",
    ),
    "sonne": _customer(
        "Praxis Dr. Sonne", "praxis@dr-sonne.example", "Dr. Lena Sonne", "Marktplatz 4", "99084", "Erfurt", "DE"
    ),
    "kiez": _customer(
        "Kiezradio e. V.", "kasse@kiezradio.example", "Tarek Aydin", "Weserstraße 60", "12045", "Berlin", "DE"
    ),
    "nordlicht": _customer(
        "Nordlicht Hotels",
        "ap@nordlicht-hotels.example",
        "Birte Petersen",
        "Am Hafen 19",
        "18055",
        "Rostock",
        "DE",
        payment_terms_days=30,
    ),
}


class DemoLine(msgspec.Struct, frozen=True):
    description: str
    quantity: str
    unit_code: str
    unit_price: str
    tax_rate: str = "19"

    def as_input(self) -> dict[str, str]:
        category = "Z" if Decimal(self.tax_rate) == 0 else "S"
        return {**msgspec.structs.asdict(self), "tax_category": category}


class DemoInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """`payments` are (share of the total, days after issue)."""

    customer: str
    days_ago: int
    lines: tuple[DemoLine, ...]
    currency: str = "EUR"
    terms_days: int = 14
    note: str = ""
    is_draft: bool = False
    void_reason: str = ""
    payments: tuple[tuple[Decimal, int], ...] = ()


ALL = Decimal(1)
HALF = Decimal("0.5")

_BRANDING = DemoLine("Brand identity\nLogo, type, colour, stationery", "1", "C62", "4800.00")
_WORKSHOP = DemoLine("Workshop with the team", "2", "DAY", "960.00")
_DESIGN = DemoLine("Interface design", "26.5", "HUR", "92.00")
_BUILD = DemoLine("Front-end development", "41.25", "HUR", "98.00")
_HOSTING = DemoLine("Hosting and care", "1", "MON", "79.90")
_PRINT = DemoLine("Printed catalogue, 48 pages, thread-sewn", "250", "C62", "6.845", "7")
_PHOTO = DemoLine("Photography on site", "1.5", "DAY", "1150.00")
_TRAVEL = DemoLine("Travel, at cost", "1", "C62", "184.60")

INVOICES: tuple[DemoInvoice, ...] = (
    DemoInvoice(customer="helle", days_ago=172, lines=(_BRANDING, _TRAVEL), payments=((ALL, 11),)),
    DemoInvoice(customer="brandt", days_ago=161, terms_days=30, lines=(_WORKSHOP, _DESIGN), payments=((ALL, 27),)),
    DemoInvoice(customer="lumen", days_ago=148, lines=(_PRINT, _PHOTO), payments=((ALL, 12),)),
    DemoInvoice(customer="sonne", days_ago=133, lines=(_DESIGN, _HOSTING), payments=((ALL, 9),)),
    DemoInvoice(customer="kiez", days_ago=127, lines=(_HOSTING,), payments=((ALL, 14),)),
    DemoInvoice(customer="vandijk", days_ago=112, lines=(_BUILD, _DESIGN), payments=((HALF, 10), (HALF, 24))),
    DemoInvoice(
        customer="okada",
        days_ago=104,
        currency="JPY",
        lines=(DemoLine("Exhibition poster, artwork", "3", "C62", "48500", "0"),),
        payments=((ALL, 20),),
    ),
    DemoInvoice(
        customer="nordlicht", days_ago=96, terms_days=30, lines=(_BRANDING, _WORKSHOP, _TRAVEL), payments=((ALL, 31),)
    ),
    DemoInvoice(
        customer="helle", days_ago=81, lines=(_PRINT,), void_reason="Wrong quantity; replaced by the next invoice."
    ),
    DemoInvoice(customer="helle", days_ago=80, lines=(_PRINT, _HOSTING), payments=((ALL, 13),)),
    DemoInvoice(
        customer="fjord",
        days_ago=66,
        currency="NOK",
        terms_days=21,
        lines=(DemoLine("Web shop redesign", "1", "C62", "64000.00", "0"),),
        payments=((ALL, 19),),
    ),
    DemoInvoice(customer="brandt", days_ago=52, terms_days=30, lines=(_BUILD, _HOSTING), payments=((HALF, 30),)),
    DemoInvoice(customer="lumen", days_ago=41, lines=(_PHOTO, _TRAVEL)),
    DemoInvoice(customer="sonne", days_ago=33, lines=(_DESIGN,), payments=((ALL, 12),)),
    DemoInvoice(customer="kiez", days_ago=24, lines=(_HOSTING, _WORKSHOP)),
    DemoInvoice(customer="nordlicht", days_ago=19, terms_days=30, lines=(_DESIGN, _BUILD), payments=((ALL, 16),)),
    DemoInvoice(customer="vandijk", days_ago=9, lines=(_BUILD, _HOSTING), note="Thank you for the good work together."),
    DemoInvoice(customer="helle", days_ago=5, lines=(_HOSTING, _PHOTO), payments=((ALL, 3),)),
    DemoInvoice(customer="brandt", days_ago=2, terms_days=30, lines=(_WORKSHOP,), payments=((HALF, 1),)),
    DemoInvoice(customer="nordlicht", days_ago=1, lines=(_PRINT, _BRANDING), is_draft=True),
    DemoInvoice(
        customer="okada",
        days_ago=0,
        currency="JPY",
        lines=(DemoLine("Catalogue texts, English", "12", "HUR", "9800", "0"),),
        is_draft=True,
    ),
)
