"""From a typed address to an account: everybody gets the same answer, and the mail tells who may know."""

from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.schemas import LogInResult
from app.accounts.errors import AlreadyVerified, LinkNotValid, WrongPassword
from app.accounts.links import VALID_MINUTES, Links
from app.accounts.repositories import SignUpRepository
from app.accounts.schemas import MailPromise, SignUp, VerifyEmail
from app.auth.caller import Principal
from app.auth.client import ClientInfo
from app.auth.passwords import Passwords
from app.auth.rate_limits import RateLimit, RateLimiter
from app.auth.services import SessionService
from app.db.session import outside_teams, release
from app.lib import clock
from app.lib.email_address import normalize_email
from app.lib.ids import new_id
from app.models import SignUp as SignUpRow
from app.models import TokenPurpose
from app.queue.enqueue import enqueue
from app.teams.services import create_team
from app.users.services import UserService

log = structlog.get_logger("quittance.security")

SIGN_UPS_PER_CLIENT = RateLimit("sign-up:client", attempts=20, window_seconds=3600)
MAILS_PER_CLIENT = RateLimit("account-mail:client", attempts=20, window_seconds=3600)
CONFIRMATIONS_PER_CLIENT = RateLimit("confirm:client", attempts=50, window_seconds=900)
CONFIRMATIONS_PER_LINK = RateLimit("confirm:link", attempts=10, window_seconds=3600)
KEEP_SIGN_UPS = timedelta(days=7)
LINKS_MAILED_AGAIN = 3


class SignUpService:
    def __init__(
        self,
        session: AsyncSession,
        *,
        users: UserService,
        passwords: Passwords,
        browser_sessions: SessionService,
        links: Links,
        limiter: RateLimiter,
    ) -> None:
        self._session = session
        self._users = users
        self._passwords = passwords
        self._browser_sessions = browser_sessions
        self._links = links
        self._limiter = limiter
        self._sign_ups = SignUpRepository(session)

    async def sign_up(self, data: SignUp, client: ClientInfo) -> MailPromise:
        """Note what was typed. Whether the address has an account is looked up by the job: here it could be timed."""
        await self._limiter.spend((SIGN_UPS_PER_CLIENT, client.network))
        address = normalize_email(data.email, path="email")
        password_hash = await self._users.hash_new(data.password, path="password", email=address, name=data.name)
        sign_up = SignUpRow(
            id=new_id(),
            email=address,
            name=data.name.strip(),
            team_name=data.team_name.strip(),
            password_hash=password_hash,
            created_at=clock.now(),
        )
        self._sign_ups.add(sign_up)
        await enqueue(self._session, "send_sign_up_mail", sign_up_id=sign_up.id)
        return _promise(address)

    async def resend(self, email: str, client: ClientInfo) -> MailPromise:
        """Mail the link again, if anybody is waiting for one; the answer does not tell."""
        await self._limiter.spend((MAILS_PER_CLIENT, client.network))
        address = normalize_email(email, path="email")
        await enqueue(self._session, "resend_confirmation", email=address)
        return _promise(address)

    async def verify(
        self, data: VerifyEmail, client: ClientInfo, *, previous_token: str | None
    ) -> tuple[LogInResult, str, str]:
        """Make the account that link and password stand for, with its team, and sign in; return token and address, too.

        A session that the browser already had ends.
        """
        await self._limiter.spend((CONFIRMATIONS_PER_CLIENT, client.network), (CONFIRMATIONS_PER_LINK, data.token))
        link = await self._links.find(TokenPurpose.CONFIRM_SIGN_UP, data.token)
        sign_up = await self._sign_ups.get(link.sign_up_id) if link.sign_up_id else None
        if sign_up is None:
            raise LinkNotValid
        await release(self._session)
        if not await self._passwords.verify(sign_up.password_hash, data.password):
            log.warning("wrong password for a mailed link", sign_up_id=str(sign_up.id), ip_address=client.ip_address)
            raise WrongPassword
        await self._links.spend(TokenPurpose.CONFIRM_SIGN_UP, data.token)
        user = await self._users.create(
            name=sign_up.name, address=sign_up.email, password_hash=sign_up.password_hash, is_email_verified=True
        )
        await self._sign_ups.delete_of(sign_up.email)
        team = await create_team(self._session, sign_up.team_name, owner_id=user.id)
        await enqueue(self._session, "send_welcome_email", name=user.name, email=user.email, team_name=team.name)
        if previous_token:
            await self._browser_sessions.end_by_token(previous_token)
        token = self._browser_sessions.start(user.id, team.id, client=client)
        return LogInResult(is_second_factor_due=False), token, user.email

    async def resend_to(self, principal: Principal) -> MailPromise:
        """Mail a signed-in person the link that confirms their address."""
        if principal.is_email_verified:
            raise AlreadyVerified
        await self._limiter.spend((MAILS_PER_CLIENT, str(principal.user_id)))
        async with outside_teams(self._session):
            await enqueue(self._session, "resend_confirmation", email=principal.email)
        return _promise(principal.email)

    async def confirm_address(self, principal: Principal, token: str) -> None:
        """Note that the signed-in person reads the mail of their address."""
        link = await self._links.find(TokenPurpose.CONFIRM_ADDRESS, token)
        user = await self._users.get(principal.user_id)
        if link.user_id != user.id or link.email != user.email:
            raise LinkNotValid
        await self._links.spend(TokenPurpose.CONFIRM_ADDRESS, token)
        user.email_verified_at = user.email_verified_at or clock.now()


def _promise(address: str) -> MailPromise:
    return MailPromise(email=address, valid_minutes=VALID_MINUTES[TokenPurpose.CONFIRM_SIGN_UP])
