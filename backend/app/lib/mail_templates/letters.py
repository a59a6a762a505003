"""One typed function per mail."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.lib.documents.formatting import MINUS_SIGN, grouped_in_fours, long_date, payment_reference, shortened

LONGEST_SUBJECT = 120
LONGEST_NAME = 80


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A rendered mail."""

    subject: str
    text: str
    html: str


class CurrencyReport(msgspec.Struct, frozen=True, kw_only=True):
    """One currency of the weekly report; amounts as plain decimal strings."""

    currency: str
    invoiced: str
    received: str
    outstanding: str
    overdue: str


def _amount(plain: str | Decimal) -> str:
    """`-1190.00` as people read it, with thousands separators and a true minus; its decimals stay as they are."""
    return f"{Decimal(plain):,f}".replace("-", MINUS_SIGN)


def _environment(*, is_html: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=is_html,  # noqa: S701 - the text parts hold no markup to escape
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["amount"] = _amount
    environment.filters["long_date"] = long_date
    environment.filters["in_fours"] = grouped_in_fours
    environment.filters["payment_reference"] = payment_reference
    return environment


_html = _environment(is_html=True)
_text = _environment(is_html=False)


def _letter(template: str, *, subject: str, **values: object) -> Letter:
    subject = shortened(subject, LONGEST_SUBJECT)
    return Letter(
        subject=subject,
        text=_text.get_template(f"{template}.txt").render(subject=subject, **values).strip() + "\n",
        html=_html.get_template(f"{template}.html").render(subject=subject, **values),
    )


def _name(name: str) -> str:
    """A name as one line: with line breaks in it, somebody could write paragraphs into our letter."""
    return shortened(name, LONGEST_NAME)


def render_invoice(
    *,
    seller_name: str,
    recipient_name: str,
    number: str,
    amount_due: str | Decimal,
    currency: str,
    due_date: date | None,
    issue_date: date | None = None,
    iban: str | None = None,
    bic: str | None = None,
    reference: str | None = None,
    reply_to: str | None = None,
) -> Letter:
    """The mail that carries an invoice; the PDF is attached by the caller."""
    return _letter(
        "invoice",
        subject=f"Invoice {number} from {_name(seller_name)}",
        seller_name=_name(seller_name),
        recipient_name=_name(recipient_name),
        number=shortened(number, LONGEST_NAME),
        amount_due=amount_due,
        currency=currency,
        issue_date=issue_date,
        due_date=due_date,
        iban=iban,
        bic=bic,
        reference=reference or number,
        reply_to=reply_to,
    )


def render_welcome(*, name: str, team_name: str, app_url: str) -> Letter:
    """The first mail to a new person."""
    return _letter(
        "welcome",
        subject="Welcome to Quittance",
        name=_name(name),
        team_name=_name(team_name),
        app_url=app_url.rstrip("/"),
    )


def render_weekly_report(
    *, name: str, team_name: str, first_day: date, last_day: date, figures: Sequence[CurrencyReport], app_url: str
) -> Letter:
    """What was invoiced and received in a week, and what is open now."""
    return _letter(
        "weekly_report",
        subject=f"{_name(team_name)}: your week to {long_date(last_day)}",
        name=_name(name),
        team_name=_name(team_name),
        first_day=first_day,
        last_day=last_day,
        figures=figures,
        app_url=app_url.rstrip("/"),
    )


def render_plain(
    *, subject: str, paragraphs: Sequence[str], action_label: str | None = None, action_url: str | None = None
) -> Letter:
    """Any short letter: paragraphs and at most one button."""
    return _letter(
        "plain",
        subject=subject,
        paragraphs=paragraphs,
        action_label=action_label,
        action_url=action_url if action_label else None,
    )
