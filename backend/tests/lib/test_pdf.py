"""The invoice on paper says what the invoice says, whatever people write into it."""

import io
import re
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from app.lib.documents.formatting import figure, grouped_in_fours, money, payment_reference
from app.lib.pdf import DocumentLine, DocumentTax, InvoiceDocument, Party, PdfError, render_invoice_pdf
from tests.lib.invoice_documents import BUYER, SELLER, studio_invoice, studio_line


def page_texts(document: InvoiceDocument) -> list[str]:
    reader = PdfReader(io.BytesIO(render_invoice_pdf(document)))
    return [re.sub(r"[ \u00a0]+", " ", page.extract_text()) for page in reader.pages]


def with_description(description: str) -> InvoiceDocument:
    return msgspec.structs.replace(studio_invoice(1), lines=(studio_line(1, description=description),))


def with_amounts(currency: str, minor_digits: int, net: str, tax: str, gross: str) -> InvoiceDocument:
    line = DocumentLine(
        description="Consulting",
        quantity=Decimal("12345.500000"),
        unit_label="hours",
        unit_price=Decimal("0.123456"),
        tax_category="S",
        tax_rate=Decimal("9.9750"),
        net_amount=Decimal(net),
    )
    breakdown = DocumentTax(
        tax_category="S", tax_rate=Decimal("9.9750"), taxable_amount=Decimal(net), tax_amount=Decimal(tax)
    )
    return msgspec.structs.replace(
        studio_invoice(1),
        currency=currency,
        minor_digits=minor_digits,
        lines=(line,),
        tax_breakdown=(breakdown,),
        net_amount=Decimal(net),
        tax_amount=Decimal(tax),
        gross_amount=Decimal(gross),
        amount_due=Decimal(gross),
    )


def tiny_png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 2, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x1d\x6f\x64\xff\xff\xff")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_every_given_figure_and_reference_is_printed() -> None:
    (text,) = page_texts(studio_invoice(8))
    for expected in (
        "INV-2026-0042",
        "22 November 2026",
        "due by 22 December 2026",
        "Kvarn & Möller GmbH",
        "GERMANY",
        "DE136695976",
        "PO-7741",
        "BE71 0961 2345 6769",
        "GKCCBEBB",
        "Payable within 30 days of the issue date.",
        "800.00",
        "VAT 21%",
        "on 800.00",
        "168.00",
        "968.00",
        "Thank you for the good work together.",
        "Page 1 of 1",
    ):
        assert expected in text


def test_long_invoice_repeats_its_header_and_counts_its_pages() -> None:
    texts = page_texts(studio_invoice(60))
    assert len(texts) == 3
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of 3" in text
        assert "Description" in text
        assert "Unit price" in text
        assert "VAT BE0417497106" in text
    assert all("Invoice INV-2026-0042, continued" in text for text in texts[1:])
    printed = re.findall(r"Item (\d{3}):", "\n".join(texts))
    assert printed == [f"{position:03}" for position in range(1, 61)]


def test_short_row_moves_to_the_next_page_whole() -> None:
    lines = tuple(studio_line(i, description=f"Start {i:03}\nmiddle\nmiddle\nFinish {i:03}") for i in range(1, 41))
    for text in page_texts(msgspec.structs.replace(studio_invoice(40), lines=lines)):
        assert re.findall(r"Start (\d+)", text) == re.findall(r"Finish (\d+)", text)


def test_row_longer_than_a_page_continues_on_the_next() -> None:
    texts = page_texts(with_description("\n".join(f"clause {i:03}" for i in range(150))))
    assert len(texts) >= 3
    assert re.findall(r"clause (\d{3})", "\n".join(texts)) == [f"{i:03}" for i in range(150)]


@pytest.mark.parametrize(
    ("currency", "minor_digits", "net", "tax", "gross", "printed"),
    [
        ("JPY", 0, "142000", "14165", "156165", "156,165"),
        ("KWD", 3, "1524072613.656", "152026243.212", "1676098856.868", "1,676,098,856.868"),
        ("EUR", 2, "-142.50", "-14.21", "-156.71", "\u2212156.71"),
        ("EUR", 2, "92233720368547758.07", "0.00", "92233720368547758.07", "92,233,720,368,547,758.07"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    currency: str, minor_digits: int, net: str, tax: str, gross: str, printed: str
) -> None:
    (text,) = page_texts(with_amounts(currency, minor_digits, net, tax, gross))
    assert text.count(printed) >= 2
    assert "12,345.5" in text
    assert "0.123456" in text
    assert "9.975%" in text


def test_amount_with_too_many_decimals_is_refused_rather_than_rounded() -> None:
    with pytest.raises(PdfError, match="does not fit 2 decimals"):
        render_invoice_pdf(with_amounts("EUR", 2, "1.005", "0.00", "1.01"))


def test_draft_says_so_and_has_no_number() -> None:
    draft = msgspec.structs.replace(studio_invoice(2), number=None, is_draft=True, issue_date=None, due_date=None)
    (text,) = page_texts(draft)
    assert "A draft, not an invoice yet." in text
    assert "given when issued" in text
    assert "INV-" not in text


def test_void_invoice_asks_for_nothing() -> None:
    void = msgspec.structs.replace(studio_invoice(2), is_void=True, amount_due=Decimal("0.00"))
    (text,) = page_texts(void)
    assert "This document is void. Nothing is to be paid." in text
    assert "No longer due" in text
    assert "How to pay" not in text


def test_partly_paid_invoice_shows_what_is_still_due() -> None:
    partly_paid = msgspec.structs.replace(
        studio_invoice(2), paid_amount=Decimal("100.00"), amount_due=Decimal("142.00")
    )
    (text,) = page_texts(partly_paid)
    assert "still due by 22 December 2026" in text
    assert "\u2212100.00" in text
    assert text.count("142.00") == 2


@pytest.mark.parametrize(
    "text",
    [
        '#eval("1+1")',
        '#import "@preview/cetz:0.3.0"',
        "*bold* _italic_ `raw` $x^2$ = Heading",
        "@reference <label> //comment /*x*/ https://example.com",
        '\\ \\u{41} "quoted" \\" ]] [[ }} {{',
        '#read("/etc/passwd")',
    ],
)
def test_control_36_markup_in_user_text_is_printed_and_never_run(text: str) -> None:
    party = msgspec.structs.replace(BUYER, name=text)
    document = msgspec.structs.replace(with_description(text), buyer=party, note=text, buyer_reference=text)
    (printed,) = page_texts(document)
    solid = re.sub(r"\s", "", printed)
    assert solid.count(re.sub(r"\s", "", text)) >= 4


@pytest.mark.parametrize(
    "text",
    [
        "😀" * 10_000,
        "a" * 10_000,
        "שלום עולם — مرحبا",
        "漢字かな交じり文",
        "\ud800 lone",
        "nul \x00 and \x1b",
        "\u202e42EB",
        "",
        " ",
        "\n\n",
    ],
    ids=[
        "emoji",
        "endless word",
        "right to left",
        "CJK",
        "lone surrogate",
        "control",
        "override",
        "empty",
        "blank",
        "lines",
    ],
)
def test_any_text_is_survived_everywhere(text: str) -> None:
    party = Party(name=text, address_lines=(text[:200],), city=text[:80], country_code="XX", email=text)
    document = msgspec.structs.replace(
        with_description(text), seller=party, buyer=party, note=text, number=text, currency="XXX"
    )
    printed = "".join(page_texts(document))
    assert "121.00" in printed
    assert "\u202e" not in printed


def test_endless_word_keeps_to_its_column() -> None:
    reader = PdfReader(io.BytesIO(render_invoice_pdf(with_description("W" * 400))))
    text = reader.pages[0].extract_text()
    assert "W" * 60 not in text
    assert text.replace("\n", "").replace("\u200b", "").count("W") == 400


plain_text = st.text(st.characters(), max_size=120)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=plain_text, description=st.text(st.characters(), max_size=600), note=plain_text, unit=plain_text)
def test_arbitrary_text_never_fails_to_render(name: str, description: str, note: str, unit: str) -> None:
    line = msgspec.structs.replace(studio_line(1, description=description or "x"), unit_label=unit)
    party = msgspec.structs.replace(SELLER, name=name, registration_identifier=note)
    document = msgspec.structs.replace(
        studio_invoice(1), seller=party, lines=(line,), note=note, purchase_order_reference=unit
    )
    assert render_invoice_pdf(document).startswith(b"%PDF-")


def test_same_document_gives_the_same_bytes_in_every_thread() -> None:
    documents = [studio_invoice(12, number=f"INV-{n}") for n in range(4)] * 6
    with ThreadPoolExecutor(8) as pool:
        rendered = list(pool.map(render_invoice_pdf, documents))
    assert all(first == again for first, again in zip(rendered, rendered[4:], strict=False))
    assert len(set(rendered)) == 4


def test_metadata_names_title_author_and_language() -> None:
    reader = PdfReader(io.BytesIO(render_invoice_pdf(studio_invoice(1))))
    assert reader.metadata is not None
    assert reader.metadata.title == "Invoice INV-2026-0042 · Atelier Nord"
    assert reader.metadata.author == "Atelier Nord"
    assert str(reader.root_object["/Lang"]).startswith("en")
    assert round(float(reader.pages[0].mediabox.width)) == 595
    assert round(float(reader.pages[0].mediabox.height)) == 842


def test_logo_takes_the_place_of_the_name() -> None:
    document = msgspec.structs.replace(studio_invoice(1), logo=tiny_png())
    reader = PdfReader(io.BytesIO(render_invoice_pdf(document)))
    assert len(reader.pages[0].images) == 1


def test_broken_logo_is_a_pdf_error() -> None:
    with pytest.raises(PdfError):
        render_invoice_pdf(msgspec.structs.replace(studio_invoice(1), logo=b"not a picture"))


def test_figures_use_a_true_minus_and_need_no_closing_zeros() -> None:
    assert money(Decimal("-1234567.5"), 2) == "\u22121,234,567.50"
    assert money(Decimal("-0.00"), 2) == "0.00"
    assert figure(Decimal("1E+3")) == "1,000"
    assert figure(Decimal(80), 2) == "80.00"
    assert figure(Decimal("3.125000"), 2) == "3.125"


def test_iban_and_creditor_reference_are_grouped_and_numbers_are_not() -> None:
    assert grouped_in_fours("be71 096123456769") == "BE71 0961 2345 6769"
    assert payment_reference("RF18539007547034") == "RF18 5390 0754 7034"
    assert payment_reference("INV-2026-0042") == "INV-2026-0042"
