"""The keys that sign access tokens: derived from SECRET_KEY and a row's id, so the database names them and holds none."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from joserfc.jwk import OKPKey

from app.auth.credentials import SigningKeyRepository
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.ids import new_id
from app.lib.tokens import keyed_hash
from app.models import SigningKey as SigningKeyRow

ALGORITHM = "Ed25519"  # RFC 9864: EdDSA, and the curve said too
RELOADED_AFTER_SECONDS = 60.0
# A made-up key id must not make every request ask the database.
UNKNOWN_RELOADED_AFTER_SECONDS = 5.0
# PKCS #8 of an Ed25519 private key (RFC 8410, 7), up to its 32 bytes.
_PKCS8_HEADER = bytes.fromhex("302e020100300506032b657004220420")

log = structlog.get_logger("quittance.security")


class SigningKey(msgspec.Struct, frozen=True):
    id: str  # RFC 7638 thumbprint
    key: OKPKey
    valid_until: datetime | None

    @property
    def is_valid(self) -> bool:
        return self.valid_until is None or self.valid_until > clock.now()

    def to_public(self) -> dict[str, Any]:
        """Return it as a member of a JWK set (RFC 7517, RFC 8037)."""
        return {**self.key.as_dict(private=False), "kid": self.id, "use": "sig", "alg": ALGORITHM}


class SigningKeys:
    """Kept in the process's memory for a minute: verifying costs no round trip."""

    def __init__(self, sessions: SessionFactory, secret_key: str) -> None:
        self._sessions = sessions
        self._secret_key = secret_key
        self.forget()

    def forget(self) -> None:
        self._keys: list[SigningKey] = []
        self._loaded_at = float("-inf")

    async def current(self) -> SigningKey:
        """Return the key that signs now; the first token of an installation makes it."""
        await self._load(not_older_than=RELOADED_AFTER_SECONDS)
        if not any(key.valid_until is None for key in self._keys):
            async with transaction(self._sessions) as session:
                repository = SigningKeyRepository(session)
                await repository.lock()
                if await repository.newest() is None:
                    repository.add(SigningKeyRow(id=new_id(), created_at=clock.now()))
            await self._load(not_older_than=0)
        return next(key for key in self._keys if key.valid_until is None)

    async def find(self, key_id: str) -> SigningKey | None:
        """Return the key if it may still verify; one that another process just made is looked up."""
        await self._load(not_older_than=RELOADED_AFTER_SECONDS)
        if not any(key.id == key_id for key in self._keys):
            await self._load(not_older_than=UNKNOWN_RELOADED_AFTER_SECONDS)
        return next((key for key in self._keys if key.id == key_id and key.is_valid), None)

    async def valid(self) -> Sequence[SigningKey]:
        """Every key whose tokens are accepted, the newest first."""
        await self._load(not_older_than=UNKNOWN_RELOADED_AFTER_SECONDS)
        return [key for key in self._keys if key.is_valid]

    async def _load(self, *, not_older_than: float) -> None:
        if time.monotonic() - self._loaded_at <= not_older_than:
            return
        async with transaction(self._sessions) as session:
            rows = await SigningKeyRepository(session).valid_at(clock.now())
        self._keys = [self._derived(row) for row in rows]
        self._loaded_at = time.monotonic()

    def _derived(self, row: SigningKeyRow) -> SigningKey:
        seed = keyed_hash(self._secret_key, "signing-key", str(row.id))
        key = OKPKey.import_key(_PKCS8_HEADER + seed)
        return SigningKey(key.thumbprint(), key, row.valid_until)


async def rotate_signing_key(sessions: SessionFactory, *, old_valid_for: timedelta) -> None:
    """Let a new key sign from now on; the tokens of the old ones are accepted for as long as given."""
    now = clock.now()
    async with transaction(sessions) as session:
        repository = SigningKeyRepository(session)
        await repository.lock()
        await repository.retire_all(now + old_valid_for)
        repository.add(SigningKeyRow(id=new_id(), created_at=now))
    log.warning("signing key rotated", old_valid_until=(now + old_valid_for).isoformat())
