"""How every letter is made: names tamed, templates filled, subject bounded."""

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.lib.documents.formatting import MINUS_SIGN, grouped_in_fours, long_date, payment_reference, shortened

LONGEST_SUBJECT = 120
LONGEST_NAME = 80

# What mail programs turn into a link by themselves: a dot or a colon inside a word. "S.p.A." stays, no domain ends so.
_INSIDE_A_LINK = re.compile(r"(?<=\S)[.。．｡](?=[^\s.]{2})|:(?=\S)")


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A rendered mail."""

    subject: str
    text: str
    html: str


class Action(msgspec.Struct, frozen=True):
    """Something to press."""

    label: str
    url: str


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


def fill_template(template: str, *, subject: str, **values: object) -> Letter:
    subject = shortened(subject, LONGEST_SUBJECT)
    return Letter(
        subject=subject,
        text=_text.get_template(f"{template}.txt").render(subject=subject, **values).strip() + "\n",
        html=_html.get_template(f"{template}.html").render(subject=subject, **values),
    )


def one_line(name: str) -> str:
    """A name as one line: with line breaks in it, somebody could write paragraphs into our letter."""
    return shortened(name, LONGEST_NAME)


def unlinked(text: str, limit: int = LONGEST_NAME) -> str:
    """One line in which no mail program finds a link: anybody can have us write to a stranger under a name they chose."""
    return shortened(_INSIDE_A_LINK.sub(r"\g<0> ", shortened(text, limit)), limit)


def write_letter(
    *,
    subject: str,
    to_name: str | None = None,
    paragraphs: Sequence[str],
    facts: Sequence[tuple[str, str]] = (),
    button: Action | None = None,
    other_link: Action | None = None,
    closing: Sequence[str] = (),
) -> Letter:
    """A short letter: paragraphs, facts, at most one button, and what to do if it's not for you."""
    return fill_template(
        "plain",
        subject=subject,
        greeting=None if to_name is None else f"Hello {unlinked(to_name)}".rstrip() + ",",
        paragraphs=paragraphs,
        facts=facts,
        facts_width=max((len(label) for label, _ in facts), default=0),
        button=button,
        other_link=other_link,
        closing=closing,
    )
