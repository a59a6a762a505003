"""Recovery codes: for the day the phone is gone."""

import re
import secrets
from uuid import UUID

from app.config import Settings
from app.lib.tokens import keyed_hash

COUNT = 10
# Without 0, 1, i, l, o and u: nothing that reads like another, and few words.
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
_GROUP = 5


def new_codes() -> list[str]:
    """Return ten codes of 49 bits each, in two groups."""
    return ["-".join(_random_group() for _ in range(2)) for _ in range(COUNT)]


def code_hash(settings: Settings, user_id: UUID, code: str) -> bytes:
    return _hash(settings.secret_key, user_id, code)


def possible_hashes(settings: Settings, user_id: UUID, typed: str) -> list[bytes]:
    """Return what the code may be stored as: under the present secret key, or one that was retired since."""
    return [_hash(key, user_id, typed) for key in (settings.secret_key, *settings.retired_secret_keys)]


def _hash(secret_key: str, user_id: UUID, code: str) -> bytes:
    return keyed_hash(secret_key, "recovery-code", str(user_id), re.sub(r"[\s-]", "", code.lower()))


def _random_group() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP))
