"""What an API key looks like: `qtn_live_<public id>_<secret><checksum>`, so that scanners of leaked secrets can tell one for sure."""

import re
import secrets
import string
import zlib

import msgspec

from app.lib.tokens import TOKEN_BYTES, keyed_hash

PREFIX = "qtn_live_"
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_PUBLIC_ID_LENGTH = 12
_SECRET_LENGTH = 43  # 256 bits in base 62
_CHECKSUM_LENGTH = 6  # CRC-32 in base 62
_SHAPE = re.compile(
    rf"{PREFIX}[0-9A-Za-z]{{{_PUBLIC_ID_LENGTH}}}_[0-9A-Za-z]{{{_SECRET_LENGTH}}}[0-9A-Za-z]{{{_CHECKSUM_LENGTH}}}"
)


class NewApiKey(msgspec.Struct, frozen=True):
    public_id: str
    key: str


def new_api_key() -> NewApiKey:
    """Make a key with a 256-bit secret; it is shown once and nowhere stored."""
    public_id = "".join(secrets.choice(_DIGITS) for _ in range(_PUBLIC_ID_LENGTH))
    secret = _in_base_62(secrets.randbits(8 * TOKEN_BYTES), _SECRET_LENGTH)
    body = f"{PREFIX}{public_id}_{secret}"
    return NewApiKey(public_id, body + _checksum(body))


def is_well_formed(key: str) -> bool:
    """Whether it can be a key at all: what was mistyped or made up is refused without asking the database."""
    return _SHAPE.fullmatch(key) is not None and _checksum(key[:-_CHECKSUM_LENGTH]) == key[-_CHECKSUM_LENGTH:]


def public_id_of(key: str) -> str | None:
    """Return the part of a key that may stand in logs."""
    return key.removeprefix(PREFIX)[:_PUBLIC_ID_LENGTH] if _SHAPE.fullmatch(key) else None


def api_key_hash(key: str, secret_key: str) -> bytes:
    return keyed_hash(secret_key, "api-key", key)


def _checksum(body: str) -> str:
    return _in_base_62(zlib.crc32(body.encode()), _CHECKSUM_LENGTH)


def _in_base_62(number: int, length: int) -> str:
    digits: list[str] = []
    for _ in range(length):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
