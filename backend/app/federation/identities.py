"""What a provider says about a person, as far as it is believed."""

from datetime import datetime

import msgspec

from app.federation.errors import ProviderRefused
from app.lib.email_address import normalize_email
from app.lib.problems import InvalidInput

_LONGEST_SUBJECT = 255  # OpenID Connect Core, 2


class ProvenIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at a provider: the same person as long as issuer and subject are the same, whatever the address."""

    issuer: str
    subject: str
    email: str | None  # in our form; empty where the provider gave none that is one
    is_email_verified: bool
    name: str
    label: str  # how the person knows the account: its address or its name there
    authenticated_at: datetime | None  # when they proved it there; not every provider tells


def checked_subject(subject: str) -> str:
    if not subject or len(subject) > _LONGEST_SUBJECT or not subject.isprintable():
        raise ProviderRefused
    return subject


def checked_email(address: str | None) -> str | None:
    try:
        email = normalize_email(address, path="email") if address else None
    except InvalidInput:
        return None
    return email if email and len(email) <= 254 and email.isprintable() else None


def shown(text: str | None, *, longest: int) -> str:
    """Make one printable line of a text that anybody may have written."""
    words = " ".join((text or "").split())
    return "".join(character for character in words if character.isprintable())[:longest].strip()
