"""The way to a provider and back: what binds the answer to the browser, the provider and the moment it was asked for."""

import base64
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.federation.errors import AttemptExpired
from app.federation.oauth import AuthorizationRequest
from app.federation.providers import Provider
from app.federation.repositories import AttemptRepository
from app.lib import clock
from app.lib.ids import new_id
from app.lib.tokens import keyed_hash, new_token
from app.models import FederationAttempt, FederationPurpose

VALID_FOR = timedelta(minutes=10)


async def delete_attempts_expired_before(session: AsyncSession, moment: datetime) -> int:
    return await AttemptRepository(session).delete_expired_before(moment)


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """Where the browser goes, and what it must still have when it comes back."""

    authorization_url: str
    browser_token: str


class AttemptService:
    """Nonce and PKCE verifier are made from the browser's cookie, the state and our key: the table holds no secret."""

    def __init__(self, session: AsyncSession, sessions: SessionFactory, settings: Settings) -> None:
        self._attempts = AttemptRepository(session)
        self._sessions = sessions
        self._settings = settings

    async def begin(
        self, provider: Provider, purpose: FederationPurpose, *, next_path: str, user_id: UUID | None = None
    ) -> Departure:
        state, browser_token, now = new_token(), new_token(), clock.now()
        url = await provider.authorization_url(self._request(provider, purpose, state, browser_token))
        self._attempts.add(
            FederationAttempt(
                id=new_id(),
                state_hash=self._hash("state", state),
                browser_hash=self._hash("browser", browser_token),
                provider_id=provider.settings.id,
                purpose=purpose,
                user_id=user_id,
                next_path=next_path,
                started_at=now,
                expires_at=now + VALID_FOR,
            )
        )
        return Departure(authorization_url=url, browser_token=browser_token)

    async def take(
        self, provider: Provider, *, state: str | None, browser_token: str | None
    ) -> tuple[FederationAttempt, AuthorizationRequest]:
        """Use the attempt up, in a transaction of its own: it is used whatever comes of it."""
        if not state or not browser_token:
            raise AttemptExpired
        async with transaction(self._sessions) as session:
            attempt = await AttemptRepository(session).take(
                state_hash=self._hash("state", state),
                browser_hash=self._hash("browser", browser_token),
                provider_id=provider.settings.id,
                now=clock.now(),
            )
        if attempt is None:
            raise AttemptExpired
        return attempt, self._request(provider, attempt.purpose, state, browser_token)

    def _request(
        self, provider: Provider, purpose: FederationPurpose, state: str, browser_token: str
    ) -> AuthorizationRequest:
        return AuthorizationRequest(
            redirect_uri=f"{self._settings.app_url}/api/auth/federation/{provider.settings.id}/callback",
            state=state,
            nonce=_text(self._hash("nonce", state, browser_token)),
            code_verifier=_text(self._hash("code-verifier", state, browser_token)),
            is_step_up=purpose == FederationPurpose.STEP_UP,
        )

    def _hash(self, use: str, *parts: str) -> bytes:
        return keyed_hash(self._settings.secret_key, f"federation:{use}", *parts)


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
