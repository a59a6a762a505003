"""Signing up, in and out: a person, a team and a browser session meet here."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.errors import NoTeam
from app.access.schemas import LogIn, SignUp
from app.auth.caller import Caller
from app.auth.client import ClientInfo
from app.auth.rate_limits import RateLimit, RateLimiter
from app.auth.services import SessionService
from app.db.session import enter_scope
from app.db.tenancy import TenantScope
from app.models import Role, Team, User
from app.queue.enqueue import enqueue
from app.teams.repositories import MembershipRepository, SellerRepository
from app.teams.services import create_team
from app.users.services import UserService

SIGN_UPS_PER_CLIENT = RateLimit("sign-up:client", attempts=20, window_seconds=3600)


class AccessService:
    def __init__(
        self, session: AsyncSession, users: UserService, browser_sessions: SessionService, limiter: RateLimiter
    ) -> None:
        self._session = session
        self._users = users
        self._browser_sessions = browser_sessions
        self._limiter = limiter

    async def sign_up(self, data: SignUp, client: ClientInfo) -> tuple[User, Team, str]:
        """Create person, team and session, and greet by mail; return them with the session's token."""
        await self._limiter.spend((SIGN_UPS_PER_CLIENT, client.network))
        user = await self._users.register(name=data.name, email=data.email, password=data.password)
        team = await create_team(self._session, data.team_name, owner_id=user.id)
        await enqueue(self._session, "send_welcome_email", name=user.name, email=user.email, team_name=team.name)
        return user, team, self._start(user, team, client)

    async def log_in(
        self, data: LogIn, client: ClientInfo, *, previous_token: str | None, known_browser: str | None
    ) -> tuple[User, Team, Role, str]:
        """Check the password and open a session under a new id; one that the browser already had ends."""
        user = await self._users.verify_credentials(
            data.email,
            data.password,
            client=client.network,
            limiter=self._limiter,
            known_browser=known_browser,
        )
        if previous_token and (previous := await self._browser_sessions.authenticate(previous_token)):
            await self._browser_sessions.end(previous.session_id)
        await enter_scope(self._session, TenantScope(user_id=user.id))
        membership = await MembershipRepository(self._session).oldest_of(user.id)
        if membership is None:
            raise NoTeam
        await enter_scope(self._session, TenantScope(team_id=membership.team_id, user_id=user.id))
        team = await SellerRepository(self._session, membership.team_id).get_team()
        if team is None:
            raise NoTeam
        return user, team, membership.role, self._start(user, team, client)

    async def log_out(self, caller: Caller) -> None:
        await self._browser_sessions.end(caller.session_id)

    def _start(self, user: User, team: Team, client: ClientInfo) -> str:
        return self._browser_sessions.start(
            user.id, team.id, user_agent=client.user_agent, ip_address=client.ip_address
        )
