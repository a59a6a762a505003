"""Secrets that must be read again, encrypted at rest: AES-256-GCM under keys derived from the installation's secret."""

import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORMAT = b"\x01"
_KEY_BYTES = 32
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12
_KEY_ID = slice(len(_FORMAT), len(_FORMAT) + _KEY_ID_BYTES)
_NONCE = slice(_KEY_ID.stop, _KEY_ID.stop + _NONCE_BYTES)


class Undecipherable(Exception):
    """Written under a key that nobody has any more, for another place, or changed since."""


class SecretBox:
    """Seals texts for one purpose. Each names its key, so that retired keys still open what they sealed."""

    def __init__(self, secret_key: str, *, retired: Sequence[str] = (), purpose: str) -> None:
        derived = [_derive(secret, purpose) for secret in (secret_key, *retired)]
        self._present_id = derived[0][0]
        self._keys = dict(reversed(derived))

    def seal(self, text: str, *, context: bytes) -> bytes:
        """Encrypt; only the same context opens it again, so a row's secret is of no use in another row."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        encrypted = AESGCM(self._keys[self._present_id]).encrypt(nonce, text.encode(), context)
        return _FORMAT + self._present_id + nonce + encrypted

    def open(self, sealed: bytes, *, context: bytes) -> str:
        """Decrypt, or raise `Undecipherable`."""
        key = self._keys.get(sealed[_KEY_ID])
        if not sealed.startswith(_FORMAT) or key is None:
            raise Undecipherable
        try:
            return AESGCM(key).decrypt(sealed[_NONCE], sealed[_NONCE.stop :], context).decode()
        except (InvalidTag, ValueError):
            raise Undecipherable from None

    def is_retired(self, sealed: bytes) -> bool:
        """Whether a retired key sealed it, so that it should be sealed anew."""
        return sealed[_KEY_ID] != self._present_id


def _derive(secret_key: str, purpose: str) -> tuple[bytes, bytes]:
    info = f"quittance {purpose}".encode()
    derived = HKDF(SHA256(), _KEY_BYTES + _KEY_ID_BYTES, salt=None, info=info).derive(secret_key.encode())
    return derived[_KEY_BYTES:], derived[:_KEY_BYTES]
