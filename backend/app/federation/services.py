"""Coming back from a provider: signing in, signing up, linking, and proving once more who one is."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from urllib.parse import urlencode

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.services import AccessService
from app.auth.caller import Principal
from app.auth.client import ClientInfo
from app.auth.rate_limits import RateLimit, RateLimiter
from app.auth.services import SessionService
from app.federation.attempts import AttemptService, Departure
from app.federation.errors import (
    AccountDisabled,
    AccountExists,
    EmailUnverified,
    OtherSession,
    ProviderRefused,
    SentBack,
    SignInCancelled,
    StepUpByOtherMeans,
    StepUpFailed,
    StepUpImpossible,
)
from app.federation.identities import ProvenIdentity
from app.federation.linked_accounts import LinkedAccountService
from app.federation.oauth import AuthorizationResponse
from app.federation.providers import Providers
from app.federation.repositories import IdentityRepository
from app.lib import clock
from app.lib.own_paths import own_path
from app.lib.problems import AppError
from app.models import AuthenticationMethod, FederationAttempt, FederationPurpose, User
from app.queue.enqueue import enqueue
from app.teams.services import create_team
from app.users.errors import EmailTaken
from app.users.services import UserService

log = structlog.get_logger("quittance.security")

PER_CLIENT = RateLimit("federation:client", attempts=60, window_seconds=15 * 60)
HOME = "/dashboard"
LOG_IN = "/log-in"
SECURITY_SETTINGS = "/settings/security"
SECOND_STEP = "/log-in/second-step"
_CLOCKS_DIFFER_BY = timedelta(seconds=60)

type WhoIsSignedIn = Callable[[], Awaitable[Principal | None]]


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """Where the browser goes now, and the session it goes there with."""

    path: str
    session_token: str | None = None


class FederationService:
    def __init__(
        self,
        session: AsyncSession,
        providers: Providers,
        attempts: AttemptService,
        linked_accounts: LinkedAccountService,
        access: AccessService,
        users: UserService,
        browser_sessions: SessionService,
        limiter: RateLimiter,
    ) -> None:
        self._session = session
        self._providers = providers
        self._attempts = attempts
        self._linked_accounts = linked_accounts
        self._access = access
        self._users = users
        self._browser_sessions = browser_sessions
        self._limiter = limiter
        self._identities = IdentityRepository(session)

    async def begin_log_in(self, provider_id: str, *, next_path: str | None, client: ClientInfo) -> Departure:
        await self._limiter.spend((PER_CLIENT, client.network))
        return await self._attempts.begin(
            self._providers.get(provider_id), FederationPurpose.LOG_IN, next_path=own_path(next_path, default=HOME)
        )

    async def begin_link(self, provider_id: str, principal: Principal, *, next_path: str) -> Departure:
        return await self._attempts.begin(
            self._providers.get(provider_id),
            FederationPurpose.LINK,
            next_path=own_path(next_path, default=SECURITY_SETTINGS),
            user_id=principal.user_id,
        )

    async def begin_step_up(self, provider_id: str, principal: Principal, *, next_path: str) -> Departure:
        """For people who have nothing else: whoever has a password or a second factor shows that."""
        provider = self._providers.get(provider_id)
        user = await self._users.get(principal.user_id)
        if user.password_hash is not None or user.has_second_factor:
            raise StepUpByOtherMeans
        if not provider.can_step_up:
            raise StepUpImpossible(
                f"{provider.settings.name} cannot ask you to log in again. Set a password by “Forgot your password?”, then confirm with it."
            )
        return await self._attempts.begin(
            provider,
            FederationPurpose.STEP_UP,
            next_path=own_path(next_path, default=SECURITY_SETTINGS),
            user_id=principal.user_id,
        )

    async def arrive(
        self,
        provider_id: str,
        response: AuthorizationResponse,
        *,
        browser_token: str | None,
        previous_token: str | None,
        who_is_signed_in: WhoIsSignedIn,
        client: ClientInfo,
    ) -> Arrival:
        """Do what the browser left for. No connection is held while the provider is asked."""
        await self._limiter.spend((PER_CLIENT, client.network))
        provider = self._providers.get(provider_id)
        attempt, request = await self._attempts.take(provider, state=response.state, browser_token=browser_token)
        try:
            if response.error or not response.code:
                raise SignInCancelled if response.error == "access_denied" else ProviderRefused
            proven = await provider.identify(response, request)
            if attempt.purpose == FederationPurpose.LOG_IN:
                return await self._log_in(proven, attempt, client, previous_token)
            principal = await self._same_person(attempt, who_is_signed_in)
            if attempt.purpose == FederationPurpose.LINK:
                await self._linked_accounts.link(principal.user_id, proven, client)
                return Arrival(path=attempt.next_path)
            return await self._step_up(proven, attempt, principal)
        except AppError as refusal:
            if attempt.purpose == FederationPurpose.LOG_IN:
                raise SentBack(refusal, LOG_IN, next_path=attempt.next_path) from refusal
            raise SentBack(refusal, SECURITY_SETTINGS) from refusal

    async def _log_in(
        self, proven: ProvenIdentity, attempt: FederationAttempt, client: ClientInfo, previous_token: str | None
    ) -> Arrival:
        found = await self._identities.find(proven.issuer, proven.subject)
        user = found[1] if found else await self._sign_up(proven)
        if found:
            found[0].last_used_at = clock.now()
        if user.disabled_at is not None:
            log.warning("log-in of a disabled account refused", user_id=str(user.id))
            raise AccountDisabled
        result, token = await self._access.open_session(
            user,
            [AuthenticationMethod.FEDERATED],
            client=client,
            previous_token=previous_token,
            # The provider may have known this browser for weeks: only what it says of the moment makes the session fresh.
            authenticated_at=min(proven.authenticated_at, clock.now()) if proven.authenticated_at else None,
        )
        path = (
            f"{SECOND_STEP}?{urlencode({'next': attempt.next_path})}"
            if result.is_second_factor_due
            else attempt.next_path
        )
        return Arrival(path=path, session_token=token)

    async def _sign_up(self, proven: ProvenIdentity) -> User:
        """Open an account for an address that the provider has confirmed and that has none; never touch an existing one."""
        if proven.email is None or not proven.is_email_verified:
            raise EmailUnverified  # before looking whether the address is known: this answer tells nothing
        try:
            user = await self._users.create(
                name=proven.name, address=proven.email, password_hash=None, is_email_verified=True
            )
        except EmailTaken:
            raise AccountExists from None
        await self._linked_accounts.add(user.id, proven)
        team = await create_team(self._session, f"{user.name}’s team", owner_id=user.id)
        await enqueue(self._session, "send_welcome_email", name=user.name, email=user.email, team_name=team.name)
        return user

    async def _same_person(self, attempt: FederationAttempt, who_is_signed_in: WhoIsSignedIn) -> Principal:
        principal = await who_is_signed_in()
        if (
            principal is None
            or principal.user_id != attempt.user_id
            or principal.is_second_factor_due
            or principal.impersonator_id is not None
        ):
            raise OtherSession
        return principal

    async def _step_up(self, proven: ProvenIdentity, attempt: FederationAttempt, principal: Principal) -> Arrival:
        """Renew the session if the provider says that this very person logged in there after we asked."""
        found = await self._identities.find(proven.issuer, proven.subject)
        if found is None or found[1].id != principal.user_id:
            raise StepUpFailed
        since, now = attempt.started_at - _CLOCKS_DIFFER_BY, clock.now() + _CLOCKS_DIFFER_BY
        if proven.authenticated_at is None or not since <= proven.authenticated_at <= now:
            raise StepUpFailed
        token = await self._browser_sessions.renew(principal.credential_id, proven_by=[AuthenticationMethod.FEDERATED])
        return Arrival(path=attempt.next_path, session_token=token)
