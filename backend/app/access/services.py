"""Signing up, in and out: a person, a team and a browser session meet here."""

import re

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.errors import PasskeyLogInRefused
from app.access.repositories import MeRepository
from app.access.schemas import ImpersonationSummary, LogIn, LogInResult, Me, SignUp, TeamSummary
from app.auth.caller import Caller, Principal
from app.auth.client import ClientInfo
from app.auth.rate_limits import RateLimit, RateLimiter
from app.auth.services import SessionService
from app.db.session import enter_scope
from app.db.tenancy import TenantScope
from app.lib.tokens import new_token
from app.models import AuthenticationMethod, User
from app.queue.enqueue import enqueue
from app.second_factors.errors import PasskeyRefused
from app.second_factors.passkeys import PasskeyVerifier
from app.second_factors.schemas import PasskeyAssertion, PasskeyOptions
from app.teams.repositories import MembershipRepository
from app.teams.services import create_team
from app.users.services import UserService, to_schema

# Every visit of the log-in page asks for a challenge, in case the browser has a passkey to offer.
PASSKEY_CHALLENGES_PER_CLIENT = RateLimit("passkey-challenge:client", attempts=300, window_seconds=15 * 60)
PASSKEY_LOG_INS_PER_CLIENT = RateLimit("passkey-log-in:client", attempts=100, window_seconds=15 * 60)
_IS_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
SIGN_UPS_PER_CLIENT = RateLimit("sign-up:client", attempts=20, window_seconds=3600)


class AccessService:
    def __init__(
        self, session: AsyncSession, users: UserService, browser_sessions: SessionService, limiter: RateLimiter
    ) -> None:
        self._session = session
        self._users = users
        self._browser_sessions = browser_sessions
        self._limiter = limiter

    async def sign_up(self, data: SignUp, client: ClientInfo) -> tuple[LogInResult, User, str]:
        """Create person, team and session, and greet by mail; return the session's token, too."""
        await self._limiter.spend((SIGN_UPS_PER_CLIENT, client.network))
        user = await self._users.register(name=data.name, email=data.email, password=data.password)
        team = await create_team(self._session, data.team_name, owner_id=user.id)
        await enqueue(self._session, "send_welcome_email", name=user.name, email=user.email, team_name=team.name)
        token = self._browser_sessions.start(user.id, team.id, client=client)
        return LogInResult(is_second_factor_due=False), user, token

    async def log_in(
        self, data: LogIn, client: ClientInfo, *, previous_token: str | None, known_browser: str | None
    ) -> tuple[LogInResult, User, str]:
        """Check the password and open a session under a new id; one that the browser already had ends."""
        user = await self._users.verify_credentials(
            data.email,
            data.password,
            client=client.network,
            limiter=self._limiter,
            known_browser=known_browser,
        )
        result, token = await self.open_session(
            user, AuthenticationMethod.PASSWORD, client=client, previous_token=previous_token
        )
        return result, user, token

    async def open_session(
        self, user: User, method: AuthenticationMethod, *, client: ClientInfo, previous_token: str | None
    ) -> tuple[LogInResult, str]:
        """Let in whoever proved who they are; unless by passkey, the second step of those who have one is due."""
        if previous_token:
            await self._browser_sessions.end_by_token(previous_token)
        await enter_scope(self._session, TenantScope(user_id=user.id))
        membership = await MembershipRepository(self._session).oldest_of(user.id)
        is_second_factor_due = user.has_second_factor and method is not AuthenticationMethod.PASSKEY
        token = self._browser_sessions.start(
            user.id,
            membership.team_id if membership else None,
            client=client,
            methods=[method],
            is_second_factor_due=is_second_factor_due,
        )
        return LogInResult(is_second_factor_due=is_second_factor_due), token

    async def log_out(self, principal: Principal) -> None:
        await self._browser_sessions.end(principal.credential_id)

    async def me(self, principal: Principal) -> Me:
        """Who is signed in, with all their teams."""
        me = MeRepository(self._session, principal.user_id)
        teams = [TeamSummary(id=team.id, name=team.name, role=role) for team, role in await me.teams()]
        current = principal if isinstance(principal, Caller) else None
        return Me(
            user=to_schema(await self._users.get(principal.user_id)),
            team=next((team for team in teams if current and team.id == current.team_id), None),
            teams=teams,
            permissions=sorted(current.permissions) if current else [],
            authenticated_at=principal.authenticated_at,
            assurance_level=principal.assurance_level,
            impersonation=await self._impersonation(principal),
        )

    async def _impersonation(self, principal: Principal) -> ImpersonationSummary | None:
        if principal.impersonator_id is None:
            return None
        found = await MeRepository(self._session, principal.user_id).impersonation(principal.credential_id)
        if found is None:
            return None
        impersonation, administrator_name = found
        return ImpersonationSummary(
            administrator_name=administrator_name,
            reason=impersonation.reason,
            is_read_only=impersonation.is_read_only,
            expires_at=impersonation.expires_at,
        )


class PasskeyLogInService:
    """Signing in without a password: the passkey says who it is, and has checked its holder, so it is both factors."""

    def __init__(self, passkeys: PasskeyVerifier, access: AccessService, limiter: RateLimiter) -> None:
        self._passkeys = passkeys
        self._access = access
        self._limiter = limiter

    async def options(self, client: ClientInfo, *, browser: str | None) -> tuple[PasskeyOptions, str]:
        """Return a challenge, and by what to know the browser again; a second tab must not take it from the first."""
        await self._limiter.spend((PASSKEY_CHALLENGES_PER_CLIENT, client.network))
        browser = browser if browser and _IS_TOKEN.fullmatch(browser) else new_token()
        return await self._passkeys.log_in_options(browser), browser

    async def log_in(
        self, data: PasskeyAssertion, client: ClientInfo, *, browser: str | None, previous_token: str | None
    ) -> tuple[LogInResult, str]:
        bucket = (PASSKEY_LOG_INS_PER_CLIENT, client.network)
        await self._limiter.spend(bucket)
        try:
            user = await self._passkeys.log_in(browser or "", data)
        except PasskeyRefused:
            raise PasskeyLogInRefused("Try again, choose another passkey, or log in with your password.") from None
        await self._limiter.give_back(bucket)
        return await self._access.open_session(
            user, AuthenticationMethod.PASSKEY, client=client, previous_token=previous_token
        )
