"""A new address for an account: both addresses confirm, in any order, and only then it changes."""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.errors import LinkNotValid, NoEmailChange, SameEmail
from app.accounts.links import VALID_MINUTES, Links
from app.accounts.repositories import EmailChangeRepository
from app.accounts.schemas import EmailChange, EmailChangeState, EmailChangeStep
from app.accounts.signing_up import CONFIRMATIONS_PER_CLIENT, MAILS_PER_CLIENT
from app.auth.caller import Principal
from app.auth.client import ClientInfo
from app.auth.rate_limits import RateLimiter
from app.db.session import outside_teams
from app.lib import clock
from app.lib.email_address import normalize_email
from app.lib.ids import new_id
from app.lib.mail_templates import CredentialChange
from app.models import EmailChange as EmailChangeRow
from app.models import TokenPurpose, User
from app.queue.enqueue import enqueue
from app.users.errors import EmailTaken
from app.users.services import UserService

_SIDES = (TokenPurpose.CHANGE_FROM_ADDRESS, TokenPurpose.CHANGE_TO_ADDRESS)


class EmailChangeService:
    def __init__(self, session: AsyncSession, *, users: UserService, links: Links, limiter: RateLimiter) -> None:
        self._session = session
        self._changes = EmailChangeRepository(session)
        self._users = users
        self._links = links
        self._limiter = limiter

    async def pending(self, principal: Principal) -> EmailChangeState:
        change = await self._changes.open_of(principal.user_id, now=clock.now())
        return EmailChangeState(change=None if change is None else _to_schema(change))

    async def start(self, principal: Principal, new_email: str) -> EmailChange:
        """Ask both addresses; whether the new one has an account is found out by the job, which tells that address alone."""
        address = normalize_email(new_email, path="new_email")
        if address == principal.email:
            raise SameEmail
        await self._limiter.spend((MAILS_PER_CLIENT, str(principal.user_id)))
        # Held: of two changes asked for at once, the second ends the first.
        user, now = await self._users.get(principal.user_id, is_locked=True), clock.now()
        await self._changes.cancel_open_of(user.id, now=now)
        await self._links.end_all_of(user.id, *_SIDES)
        change = EmailChangeRow(
            id=new_id(),
            user_id=user.id,
            current_email=user.email,
            new_email=address,
            requested_at=now,
            expires_at=now + timedelta(minutes=VALID_MINUTES[TokenPurpose.CHANGE_TO_ADDRESS]),
            # Nobody has shown to read an unconfirmed address, and somebody who mistyped it could never leave it.
            current_confirmed_at=now if user.email_verified_at is None else None,
        )
        self._changes.add(change)
        async with outside_teams(self._session):
            await enqueue(self._session, "send_email_change_mails", email_change_id=change.id)
        return _to_schema(change)

    async def cancel(self, principal: Principal) -> None:
        if not await self._changes.cancel_open_of(principal.user_id, now=clock.now()):
            raise NoEmailChange
        await self._links.end_all_of(principal.user_id, *_SIDES)

    async def confirm(self, token: str, client: ClientInfo) -> EmailChangeStep:
        """Note that whoever reads one of the addresses agrees; with the second, the address changes."""
        await self._limiter.spend((CONFIRMATIONS_PER_CLIENT, client.network))
        purpose, change, user = await self._find(token)
        await self._links.spend(purpose, token)
        if purpose is TokenPurpose.CHANGE_FROM_ADDRESS:
            change.current_confirmed_at = clock.now()
        else:
            change.new_confirmed_at = clock.now()
        if change.current_confirmed_at is None or change.new_confirmed_at is None:
            return EmailChangeStep(new_email=change.new_email, is_complete=False)
        await self._complete(change, user, client)
        return EmailChangeStep(new_email=change.new_email, is_complete=True)

    async def refuse(self, token: str, client: ClientInfo) -> None:
        """Cancel, from the present address."""
        await self._limiter.spend((CONFIRMATIONS_PER_CLIENT, client.network))
        purpose, change, user = await self._find(token)
        if purpose is not TokenPurpose.CHANGE_FROM_ADDRESS:
            raise LinkNotValid
        await self._links.end_all_of(user.id, *_SIDES)
        change.cancelled_at = clock.now()

    async def _find(self, token: str) -> tuple[TokenPurpose, EmailChangeRow, User]:
        for purpose in _SIDES:
            try:
                link = await self._links.find(purpose, token)
            except LinkNotValid:
                continue
            change = await self._changes.get(link.email_change_id, is_locked=True) if link.email_change_id else None
            if change is None or change.completed_at or change.cancelled_at or change.expires_at <= clock.now():
                break
            user = await self._users.get(change.user_id)
            if user.email != change.current_email or user.disabled_at is not None:
                break
            return purpose, change, user
        raise LinkNotValid

    async def _complete(self, change: EmailChangeRow, user: User, client: ClientInfo) -> None:
        change.completed_at = clock.now()
        await self._links.end_all_of(user.id)
        user.email, user.email_verified_at = change.new_email, clock.now()
        try:
            await self._session.flush()
        except IntegrityError:
            raise EmailTaken("Another account has taken this address in the meantime. Yours stays as it was.") from None
        await enqueue(
            self._session,
            "send_credential_notice",
            user_id=user.id,
            what=CredentialChange.EMAIL_CHANGED,
            ip_address=client.ip_address,
            user_agent=client.user_agent[:400],
            detail=change.new_email,
            to=change.current_email,
        )


def _to_schema(change: EmailChangeRow) -> EmailChange:
    return EmailChange(
        new_email=change.new_email,
        is_current_confirmed=change.current_confirmed_at is not None,
        is_new_confirmed=change.new_confirmed_at is not None,
        requested_at=change.requested_at,
        expires_at=change.expires_at,
    )
