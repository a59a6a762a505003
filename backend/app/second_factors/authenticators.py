"""A person's authenticator app: setting it up, checking its codes, turning it off."""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.client import ClientInfo
from app.config import Settings
from app.lib import clock
from app.lib.crypto import SecretBox, Undecipherable
from app.models import TotpAuthenticator
from app.second_factors import totp
from app.second_factors.changes import FactorChanges
from app.second_factors.errors import (
    AuthenticatorExists,
    AuthenticatorNotFound,
    AuthenticatorUnreadable,
    NoPendingAuthenticator,
    WrongCode,
)
from app.second_factors.repositories import FactorRepository
from app.second_factors.schemas import AuthenticatorSetup

log = structlog.get_logger("quittance.security")

# Long enough to install an app; what lies about longer is not confirmed by somebody who finds the page open.
PENDING_FOR = timedelta(hours=1)


class AuthenticatorService:
    def __init__(self, session: AsyncSession, settings: Settings, user_id: UUID) -> None:
        self._factors = FactorRepository(session, user_id)
        self._changes = FactorChanges(session, settings, user_id)
        self._user_id = user_id
        self._box = SecretBox(settings.secret_key, retired=settings.retired_secret_keys, purpose="totp")

    async def start(self) -> AuthenticatorSetup:
        """Make a secret that waits for its first code; one that waited before is replaced."""
        user = await self._changes.begin()
        secret = totp.new_secret()
        sealed = self._box.seal(secret, context=self._user_id.bytes)
        row = await self._factors.authenticator()
        if row is None:
            self._factors.add(TotpAuthenticator(user_id=self._user_id, sealed_secret=sealed, started_at=clock.now()))
        elif row.confirmed_at is not None:
            raise AuthenticatorExists("Turn off the present authenticator app first, then set up the new one.")
        else:
            row.sealed_secret, row.started_at = sealed, clock.now()
        uri = totp.provisioning_uri(secret, user.email)
        return AuthenticatorSetup(secret=secret, otpauth_uri=uri, qr_code=totp.qr_code(uri))

    async def confirm(self, code: str, *, client: ClientInfo) -> list[str]:
        """Count the authenticator from now on, and its first code as used; return recovery codes where it is the first factor."""
        user = await self._changes.begin()
        row = await self._factors.authenticator()
        if row is None or row.confirmed_at is not None or row.started_at < clock.now() - PENDING_FOR:
            raise NoPendingAuthenticator("Start again: this QR code has expired. Nothing was changed.")
        step = totp.matching_step(self._secret_of(row), code, clock.now())
        if step is None:
            raise WrongCode("code", "This code does not fit. Check the clock of your phone, and enter the next code.")
        row.confirmed_at, row.last_step = clock.now(), step
        codes = await self._changes.gained(user)
        await self._changes.notify("two_step_turned_on", client)
        return codes

    async def take(self, code: str) -> bool:
        """Whether the code is right now and was never taken before; it is taken now."""
        row = await self._factors.confirmed_authenticator()
        if row is None:
            return False
        secret = self._secret_of(row)
        step = totp.matching_step(secret, code, clock.now())
        if step is None or not await self._factors.take_step(step, now=clock.now()):
            return False
        if self._box.is_retired(row.sealed_secret):
            row.sealed_secret = self._box.seal(secret, context=self._user_id.bytes)
        return True

    async def turn_off(self, *, client: ClientInfo) -> None:
        user = await self._changes.begin()
        if not await self._factors.delete_authenticator():
            raise AuthenticatorNotFound("You have no authenticator app set up. Nothing was changed.")
        await self._changes.lost(user)
        await self._changes.notify("two_step_turned_off", client)

    def _secret_of(self, row: TotpAuthenticator) -> str:
        try:
            return self._box.open(row.sealed_secret, context=self._user_id.bytes)
        except Undecipherable:
            log.exception("authenticator secret unreadable: is SECRET_KEY new and the old one not among the retired?")
            raise AuthenticatorUnreadable(
                "Use another way, or ask whoever runs this installation to reset your second factors."
            ) from None
