"""Passwords: set, changed while signed in, reset by mail. None of it signs anybody in."""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.errors import LinkNotValid
from app.accounts.links import VALID_MINUTES, Links
from app.accounts.schemas import MailPromise, PasswordChange, PasswordReset
from app.accounts.signing_up import CONFIRMATIONS_PER_CLIENT, MAILS_PER_CLIENT
from app.auth.caller import Principal
from app.auth.client import ClientInfo
from app.auth.passwords import Passwords
from app.auth.rate_limits import RateLimiter
from app.auth.services import SessionService
from app.db.session import outside_teams, release
from app.lib import clock
from app.lib.email_address import normalize_email
from app.lib.mail_templates import CredentialChange
from app.lib.problems import Conflict
from app.models import AuthenticationMethod, TokenPurpose, User
from app.queue.enqueue import enqueue
from app.users.errors import WrongCurrentPassword
from app.users.services import UserService

log = structlog.get_logger("quittance.security")


class PasswordService:
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

    async def request_reset(self, email: str, client: ClientInfo) -> MailPromise:
        """Mail a link, if the address has an account: the job looks, so that neither answer nor its time can tell."""
        await self._limiter.spend((MAILS_PER_CLIENT, client.network))
        address = normalize_email(email, path="email")
        log.info("password reset requested", ip_address=client.ip_address)
        await enqueue(
            self._session,
            "send_password_reset",
            email=address,
            ip_address=client.ip_address,
            user_agent=client.user_agent[:400],
        )
        return MailPromise(email=address, valid_minutes=VALID_MINUTES[TokenPurpose.RESET_PASSWORD])

    async def reset(self, data: PasswordReset, client: ClientInfo) -> None:
        """Set a new password and end every session; a second factor stays due at the next log-in."""
        await self._limiter.spend((CONFIRMATIONS_PER_CLIENT, client.network))
        link = await self._links.find(TokenPurpose.RESET_PASSWORD, data.token)
        user = await self._users.get(link.user_id) if link.user_id else None
        if user is None or user.email != link.email or user.disabled_at is not None:
            raise LinkNotValid
        new_hash = await self._hash_new(user, data.new_password)
        await self._links.spend(TokenPurpose.RESET_PASSWORD, data.token)
        user = await self._set(user, new_hash)
        await self._links.end_all_of(user.id)
        user.email_verified_at = user.email_verified_at or clock.now()
        await self._browser_sessions.end_all_of(user.id)
        await self._notify(user.id, CredentialChange.PASSWORD_RESET, client)

    async def change(self, principal: Principal, data: PasswordChange, client: ClientInfo) -> str:
        """Set a new password, end every other session, and return this one's new token."""
        user = await self._users.get(principal.user_id)
        if user.password_hash is not None:
            current = data.current_password
            if current is None or not await self._users.is_password_of(user.id, current, limiter=self._limiter):
                raise WrongCurrentPassword
        user = await self._set(user, await self._hash_new(user, data.new_password))
        await self._links.end_all_of(user.id, TokenPurpose.RESET_PASSWORD)
        await self._browser_sessions.end_all_of(user.id, except_id=principal.credential_id)
        async with outside_teams(self._session):
            await self._notify(user.id, CredentialChange.PASSWORD_CHANGED, client)
        return await self._browser_sessions.renew(principal.credential_id, proven_by=[AuthenticationMethod.PASSWORD])

    async def _hash_new(self, user: User, password: str) -> str:
        await release(self._session)
        return await self._users.hash_new(password, path="new_password", email=user.email, name=user.name)

    async def _set(self, seen: User, password_hash: str) -> User:
        """Write the new hash, unless somebody else was faster while it was made."""
        user = await self._users.get(seen.id, is_locked=True)
        if user.password_hash != seen.password_hash or user.email != seen.email:
            raise Conflict("Your account was changed at the same moment. Nothing was changed here; please try again.")
        user.password_hash = password_hash
        user.password_changed_at = clock.now()
        return user

    async def _notify(self, user_id: UUID, what: CredentialChange, client: ClientInfo) -> None:
        await enqueue(
            self._session,
            "send_credential_notice",
            user_id=user_id,
            what=what,
            ip_address=client.ip_address,
            user_agent=client.user_agent[:400],
        )
