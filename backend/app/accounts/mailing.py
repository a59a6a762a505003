"""Which letters a person, or whoever typed an address, gets; links are made here, when they are sent."""

from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.links import MAILS_PER_ADDRESS_AND_HOUR, VALID_MINUTES, Links, Subject
from app.accounts.repositories import EmailChangeRepository, SignUpRepository
from app.accounts.signing_up import KEEP_SIGN_UPS, LINKS_MAILED_AGAIN
from app.config import Settings
from app.lib import clock
from app.lib.email_address import masked_email
from app.lib.mail_templates import (
    Letter,
    Origin,
    render_email_change_current,
    render_email_change_known_address,
    render_email_change_new,
    render_reset_password,
    render_sign_up_known_address,
    render_verify_email,
)
from app.models import EmailChange, SignUp, TokenPurpose, User
from app.users.repositories import UserRepository


class Addressed(msgspec.Struct, frozen=True):
    """A letter and where it goes."""

    to: str
    letter: Letter


class AccountLetters:
    def __init__(self, session: AsyncSession, settings: Settings) -> None:
        self._users = UserRepository(session)
        self._sign_ups = SignUpRepository(session)
        self._changes = EmailChangeRepository(session)
        self._links = Links(session, settings)
        self._app_url = settings.app_url

    async def of_sign_up(self, sign_up_id: UUID) -> list[Addressed]:
        """The link for a new address; for a known one, word that it has an account."""
        sign_up = await self._sign_ups.get(sign_up_id)
        if sign_up is None:
            return []
        an_hour_ago = clock.now() - timedelta(hours=1)
        if await self._sign_ups.count_of(sign_up.email, since=an_hour_ago) > MAILS_PER_ADDRESS_AND_HOUR:
            return []
        user = await self._users.get_by_email(sign_up.email)
        if user is None:
            return [self._confirmation(sign_up)]
        letter = render_sign_up_known_address(
            name=user.name, log_in_link=f"{self._app_url}/log-in", reset_link=f"{self._app_url}/forgot-password"
        )
        return [Addressed(user.email, letter)]

    async def of_confirmation(self, email: str) -> list[Addressed]:
        """The link once more, for whoever still has an address to confirm."""
        if await self._links.is_mailed_too_often(email):
            return []
        user = await self._users.get_by_email(email)
        if user is None:
            waiting = await self._sign_ups.newest_of(email, since=clock.now() - KEEP_SIGN_UPS, limit=LINKS_MAILED_AGAIN)
            return [self._confirmation(sign_up) for sign_up in waiting]
        if user.email_verified_at is not None or user.disabled_at is not None:
            return []
        link = self._links.make(TokenPurpose.CONFIRM_ADDRESS, email, Subject(user_id=user.id))
        minutes = VALID_MINUTES[TokenPurpose.CONFIRM_ADDRESS]
        return [Addressed(email, render_verify_email(name=user.name, link=link, valid_minutes=minutes))]

    async def of_password_reset(self, email: str, origin: Origin) -> list[Addressed]:
        """The way back in, where there is something to come back to."""
        user = await self._users.get_by_email(email)
        if user is None or user.disabled_at is not None or await self._links.is_mailed_too_often(email):
            return []
        letter = render_reset_password(
            name=user.name,
            link=self._links.make(TokenPurpose.RESET_PASSWORD, email, Subject(user_id=user.id)),
            valid_minutes=VALID_MINUTES[TokenPurpose.RESET_PASSWORD],
            requested_from=origin,
        )
        return [Addressed(email, letter)]

    async def of_email_change(self, email_change_id: UUID) -> list[Addressed]:
        """One letter to each address; at a new address that has an account, its person alone learns of it."""
        change = await self._changes.get(email_change_id)
        user = await self._users.get(change.user_id) if change else None
        if change is None or user is None or change.cancelled_at or change.completed_at:
            return []
        to_present = [] if change.current_confirmed_at else [self._to_present_address(change, user)]
        if await self._links.is_mailed_too_often(change.new_email):
            return to_present
        return [*to_present, await self._to_new_address(change, user)]

    def _to_present_address(self, change: EmailChange, user: User) -> Addressed:
        subject = Subject(user_id=user.id, email_change_id=change.id)
        letter = render_email_change_current(
            name=user.name,
            new_email_masked=masked_email(change.new_email),
            link=self._links.make(TokenPurpose.CHANGE_FROM_ADDRESS, change.current_email, subject),
            valid_minutes=VALID_MINUTES[TokenPurpose.CHANGE_FROM_ADDRESS],
        )
        return Addressed(change.current_email, letter)

    async def _to_new_address(self, change: EmailChange, user: User) -> Addressed:
        holder = await self._users.get_by_email(change.new_email)
        if holder is not None:
            letter = render_email_change_known_address(name=holder.name, log_in_link=f"{self._app_url}/log-in")
        else:
            subject = Subject(user_id=user.id, email_change_id=change.id)
            letter = render_email_change_new(
                name=user.name,
                link=self._links.make(TokenPurpose.CHANGE_TO_ADDRESS, change.new_email, subject),
                valid_minutes=VALID_MINUTES[TokenPurpose.CHANGE_TO_ADDRESS],
            )
        return Addressed(change.new_email, letter)

    def _confirmation(self, sign_up: SignUp) -> Addressed:
        letter = render_verify_email(
            name=sign_up.name,
            link=self._links.make(TokenPurpose.CONFIRM_SIGN_UP, sign_up.email, Subject(sign_up_id=sign_up.id)),
            valid_minutes=VALID_MINUTES[TokenPurpose.CONFIRM_SIGN_UP],
        )
        return Addressed(sign_up.email, letter)
