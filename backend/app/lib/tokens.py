"""Random secrets for cookies and links, and the only form in which the database keeps them."""

import hashlib
import hmac
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """Return 256 random bits, URL-safe."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def keyed_hash(secret_key: str, *parts: str) -> bytes:
    """Return the 32-byte HMAC-SHA256 of the parts: a stolen table alone cannot be matched against guesses."""
    message = "\x1f".join(parts).encode()
    return hmac.new(secret_key.encode(), message, hashlib.sha256).digest()
