"""Each letter is good in both of its parts, whatever people are called."""

from datetime import date

import pytest

from app.lib.mail_templates import (
    CurrencyReport,
    Letter,
    render_invoice,
    render_plain,
    render_weekly_report,
    render_welcome,
)
from tests.lib.mail_reading import assert_well_formed

HOSTILE = "<script>alert(1)</script>\r\nBcc: x@y.example {{ 7*7 }}"


def invoice_letter(*, seller_name: str = "Atelier Nord", recipient_name: str = "Ines Möller") -> Letter:
    return render_invoice(
        seller_name=seller_name,
        recipient_name=recipient_name,
        number="INV-2026-0042",
        amount_due="5758.03",
        currency="EUR",
        issue_date=date(2026, 11, 22),
        due_date=date(2026, 12, 22),
        iban="BE71096123456769",
        bic="GKCCBEBB",
        reply_to="hello@ateliernord.example",
    )


def report_letter(*, name: str = "Ada", figures: list[CurrencyReport] | None = None) -> Letter:
    return render_weekly_report(
        name=name,
        team_name=name,
        first_day=date(2026, 11, 16),
        last_day=date(2026, 11, 22),
        figures=figures or [],
        app_url="https://quittance.example/",
    )


LETTERS = [
    invoice_letter(),
    invoice_letter(seller_name=HOSTILE, recipient_name=HOSTILE),
    report_letter(),
    report_letter(name=HOSTILE),
    render_welcome(name=HOSTILE, team_name=HOSTILE, app_url="https://quittance.example"),
    render_plain(subject=HOSTILE, paragraphs=[HOSTILE], action_label=HOSTILE, action_url="https://quittance.example"),
]


@pytest.mark.parametrize("letter", LETTERS)
def test_letter_is_well_formed_and_runs_nothing(letter: Letter) -> None:
    assert_well_formed(letter)


def test_invoice_letter_says_what_is_owed_until_when_and_where() -> None:
    letter = invoice_letter()
    assert letter.subject == "Invoice INV-2026-0042 from Atelier Nord"
    for part in (letter.text, letter.html):
        for expected in ("Dear Ines Möller,", "5,758.03", "22 December 2026", "BE71 0961 2345 6769", "GKCCBEBB"):
            assert expected in part
    assert "<" not in letter.text


def test_invoice_letter_without_dates_and_bank_details_has_no_gaps() -> None:
    letter = render_invoice(
        seller_name="Atelier Nord", recipient_name="Ines", number="7", amount_due="1190", currency="JPY", due_date=None
    )
    assert "Attached is invoice 7 from Atelier Nord.\n\n  Amount due   JPY 1,190\n\nIs something" in letter.text
    assert "IBAN" not in letter.html


def test_names_cannot_write_paragraphs_into_the_text() -> None:
    letter = invoice_letter(recipient_name="Ines\n\nPay to DE00 instead")
    assert "Dear Ines Pay to DE00 instead,\n" in letter.text


def test_weekly_report_has_one_block_per_currency() -> None:
    rows = [
        CurrencyReport(currency="EUR", invoiced="12400.00", received="8150.50", outstanding="23980.25", overdue="0.00"),
        CurrencyReport(currency="JPY", invoiced="0", received="-14000", outstanding="156200", overdue="0"),
    ]
    letter = report_letter(figures=rows)
    for part in (letter.text, letter.html):
        for expected in ("12,400.00", "8,150.50", "23,980.25", "156,200", "\u221214,000"):
            assert expected in part


def test_quiet_week_is_said_in_words() -> None:
    assert "nothing is open" in report_letter().text


def test_welcome_letter_leads_to_the_first_invoice() -> None:
    letter = render_welcome(name="Ada", team_name="Atelier Nord", app_url="https://quittance.example/")
    assert "https://quittance.example/settings" in letter.text
    assert 'href="https://quittance.example/invoices"' in letter.html


def test_plain_letter_needs_no_button() -> None:
    letter = render_plain(subject="Your password was changed", paragraphs=["If it was you, all is well."])
    assert letter.text == "If it was you, all is well.\n\nQuittance\n"
    assert "href" not in letter.html
