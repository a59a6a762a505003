"""Refresh tokens and what they are exchanged for: each works once, and each showing of a used one ends the whole family.

The transaction here is its own and ends before anything is refused: a family that was ended stays ended, whatever is answered.
"""

import base64
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.api_clients.errors import (
    IncompleteTokenRequest,
    InvalidGrant,
    InvalidScope,
    TokenRefused,
    UnsupportedGrant,
)
from app.api_clients.repositories import ApiClientRepository, RefreshTokenRepository
from app.api_clients.schemas import TokenRequest, TokenRevocation, Tokens
from app.api_clients.services import notify_of_key, refresh_token_hash
from app.auth.access_tokens import LIFETIME, AccessTokens
from app.auth.caller import Caller
from app.auth.client import ClientInfo
from app.auth.credentials import CredentialRepository
from app.auth.permissions import Permission
from app.auth.rate_limits import RateLimit, RateLimiter
from app.config import Settings
from app.db.audit import RequestFacts, current_facts
from app.db.session import SessionFactory, enter_scope, transaction
from app.db.tenancy import TenantScope
from app.lib import clock
from app.lib.ids import new_id
from app.lib.tokens import keyed_hash
from app.models import RefreshToken

# A client that lost the answer, or asked twice at once, gets the same successor again.
GRACE = timedelta(seconds=10)
REFUSED_PER_CLIENT = RateLimit("token:client", attempts=60, window_seconds=900)
REFRESHES_PER_FAMILY = RateLimit("token:family", attempts=60, window_seconds=600)

log = structlog.get_logger("quittance.security")


class _Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh token is good for."""

    caller: Caller
    client_id: UUID
    scopes: frozenset[Permission]
    refresh_token: str
    ends_at: datetime


class TokenService:
    def __init__(
        self, sessions: SessionFactory, access_tokens: AccessTokens, limiter: RateLimiter, settings: Settings
    ) -> None:
        self._sessions = sessions
        self._access_tokens = access_tokens
        self._limiter = limiter
        self._settings = settings

    async def exchange(self, request: TokenRequest, client: ClientInfo) -> Tokens:
        """Give an access token and the next refresh token for a refresh token."""
        refresh_token = _checked(request)
        bucket = (REFUSED_PER_CLIENT, client.network)
        await self._limiter.spend(bucket)
        async with transaction(self._sessions) as session:
            outcome = await self._rotate(session, refresh_token, request, client)
        if isinstance(outcome, TokenRefused):
            raise outcome
        await self._limiter.give_back(bucket)
        access_token = await self._access_tokens.issue(
            user_id=outcome.caller.user_id,
            client_id=outcome.client_id,
            session_id=outcome.caller.credential_id,
            team_id=outcome.caller.team_id,
            scopes=outcome.scopes,
        )
        return Tokens(
            access_token=access_token,
            token_type="Bearer",  # noqa: S106 - RFC 6750's name
            expires_in=int(LIFETIME.total_seconds()),
            refresh_token=outcome.refresh_token,
            scope=" ".join(sorted(outcome.scopes)),
        )

    async def revoke(self, request: TokenRevocation, client: ClientInfo) -> None:
        """End the family of a refresh or access token; a token that is not ours ends nothing, and is not told so."""
        if not request.token:
            raise IncompleteTokenRequest("The parameter token is missing.")
        bucket = (REFUSED_PER_CLIENT, client.network)
        await self._limiter.spend(bucket)
        claims = await self._access_tokens.verify(request.token)
        async with transaction(self._sessions) as session:
            refresh_tokens = RefreshTokenRepository(session)
            found = await refresh_tokens.by_hash(refresh_token_hash(request.token, self._settings))
            session_id = claims.sid if claims else found.session_id if found else None
            if session_id is not None:
                await refresh_tokens.end_family(session_id, now=clock.now())
        if session_id is not None:
            await self._limiter.give_back(bucket)

    async def _rotate(
        self, session: AsyncSession, refresh_token: str, request: TokenRequest, client: ClientInfo
    ) -> _Grant | TokenRefused:
        tokens, now = RefreshTokenRepository(session), clock.now()
        found = await tokens.by_hash(refresh_token_hash(refresh_token, self._settings))
        if found is None:
            return InvalidGrant()
        await self._limiter.spend((REFRESHES_PER_FAMILY, str(found.session_id)))
        if found.used_at is not None and now - found.used_at > GRACE:
            await self._end_reused(session, found.session_id, client)
            return InvalidGrant()
        if found.used_at is None and found.expires_at <= now:
            return InvalidGrant()
        grant = await self._grant_of(session, found, refresh_token, request)
        # Of several at once one is first; the others waited for it here, and return what it returns.
        if isinstance(grant, _Grant) and await tokens.use(found.id, now=now):
            tokens.add(
                RefreshToken(
                    id=new_id(),
                    session_id=found.session_id,
                    token_hash=refresh_token_hash(grant.refresh_token, self._settings),
                    created_at=now,
                    expires_at=grant.ends_at,
                )
            )
        return grant

    async def _grant_of(
        self, session: AsyncSession, token: RefreshToken, refresh_token: str, request: TokenRequest
    ) -> _Grant | TokenRefused:
        facts = current_facts.get() or RequestFacts(action="exchange_token")
        caller = await CredentialRepository(session).authenticate_access_token(
            token.session_id, now=clock.now(), facts=facts
        )
        if not isinstance(caller, Caller):
            return InvalidGrant()
        api_client = await ApiClientRepository(session, caller.team_id).by_session(token.session_id)
        opened = await RefreshTokenRepository(session).session_of(token.session_id)
        if api_client is None or opened is None or request.client_id not in {None, "", str(api_client.id)}:
            return InvalidGrant()
        granted = caller.scopes or frozenset()
        wanted = set(request.scope.split()) if request.scope else granted
        if not wanted <= granted:
            return InvalidScope("Ask for no more than the API client was given.")
        if api_client.connected_at is None:
            api_client.connected_at = clock.now()
        return _Grant(
            caller=caller,
            client_id=api_client.id,
            scopes=frozenset(map(Permission, wanted)),
            refresh_token=self._successor(token, refresh_token),
            ends_at=opened.expires_at,
        )

    def _successor(self, token: RefreshToken, refresh_token: str) -> str:
        """Derive the next token, so that nobody has to keep it: from this one, which we don't have, its row's id, and our key."""
        derived = keyed_hash(self._settings.secret_key, "refresh-token-successor", str(token.id), refresh_token)
        return base64.urlsafe_b64encode(derived).decode().rstrip("=")

    async def _end_reused(self, session: AsyncSession, session_id: UUID, client: ClientInfo) -> None:
        """Whoever shows it, somebody has a copy: end the family, and tell the person once."""
        tokens = RefreshTokenRepository(session)
        owner = await tokens.session_of(session_id)
        if owner is None or owner.team_id is None:
            return
        await enter_scope(session, TenantScope(team_id=owner.team_id))
        if not await tokens.end_family(session_id, now=clock.now()):
            return
        api_client = await ApiClientRepository(session, owner.team_id).by_session(session_id)
        name = api_client.name if api_client else ""
        await notify_of_key(session, owner.user_id, "refresh_token_reused", name, client)
        log.warning("refresh token used again", session_id=str(session_id), ip_address=client.ip_address)


def _checked(request: TokenRequest) -> str:
    if not request.grant_type:
        raise IncompleteTokenRequest("The parameter grant_type is missing. Send the body as a form (RFC 6749, 6).")
    if request.grant_type != "refresh_token":
        raise UnsupportedGrant("Send grant_type=refresh_token. API clients are connected in Settings, API keys.")
    if not request.refresh_token:
        raise IncompleteTokenRequest("The parameter refresh_token is missing.")
    return request.refresh_token
