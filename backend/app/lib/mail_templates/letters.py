"""The letters about invoices and the week, and the first and the shortest one."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

from app.lib.documents.formatting import long_date
from app.lib.mail_templates.rendering import Action, Letter, fill_template, one_line, unlinked, write_letter


class CurrencyReport(msgspec.Struct, frozen=True, kw_only=True):
    """One currency of the weekly report; amounts as plain decimal strings."""

    currency: str
    invoiced: str
    received: str
    outstanding: str
    overdue: str


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
    return fill_template(
        "invoice",
        subject=f"Invoice {number} from {one_line(seller_name)}",
        seller_name=one_line(seller_name),
        recipient_name=one_line(recipient_name),
        number=one_line(number),
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
    return fill_template(
        "welcome",
        subject="Welcome to Quittance",
        name=unlinked(name),
        team_name=unlinked(team_name),
        app_url=app_url.rstrip("/"),
    )


def render_weekly_report(
    *, name: str, team_name: str, first_day: date, last_day: date, figures: Sequence[CurrencyReport], app_url: str
) -> Letter:
    """What was invoiced and received in a week, and what is open now."""
    return fill_template(
        "weekly_report",
        subject=f"{one_line(team_name)}: your week to {long_date(last_day)}",
        name=one_line(name),
        team_name=one_line(team_name),
        first_day=first_day,
        last_day=last_day,
        figures=figures,
        app_url=app_url.rstrip("/"),
    )


def render_plain(
    *, subject: str, paragraphs: Sequence[str], action_label: str | None = None, action_url: str | None = None
) -> Letter:
    """Any short letter: paragraphs and at most one button."""
    button = Action(action_label, action_url) if action_label and action_url else None
    return write_letter(subject=subject, paragraphs=paragraphs, button=button)
