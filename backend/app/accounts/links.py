"""Mailed links: 256 random bits, kept as a keyed hash, for one purpose and one address, used once and soon."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.errors import LinkNotValid
from app.accounts.repositories import EmailTokenRepository
from app.config import Settings
from app.lib import clock
from app.lib.ids import new_id
from app.lib.tokens import keyed_hash, new_token
from app.models import EmailToken, TokenPurpose

# Long enough for a slow mail server and a coffee, and a new one is a click away. A reset opens an account, so it is shorter.
VALID_MINUTES = {
    TokenPurpose.CONFIRM_SIGN_UP: 60,
    TokenPurpose.CONFIRM_ADDRESS: 60,
    TokenPurpose.RESET_PASSWORD: 30,
    TokenPurpose.CHANGE_FROM_ADDRESS: 60,
    TokenPurpose.CHANGE_TO_ADDRESS: 60,
}
# The fragment after # reaches no server, no log and no Referer.
_PAGES = {
    TokenPurpose.CONFIRM_SIGN_UP: "verify-email#token={}",
    TokenPurpose.CONFIRM_ADDRESS: "verify-email#account=mine&token={}",
    TokenPurpose.RESET_PASSWORD: "reset-password#token={}",
    TokenPurpose.CHANGE_FROM_ADDRESS: "confirm-email-change#address=present&token={}",
    TokenPurpose.CHANGE_TO_ADDRESS: "confirm-email-change#address=new&token={}",
}
# Beyond it nothing is sent, and nobody is told: a stranger could fill the mailbox, or learn from the refusal.
MAILS_PER_ADDRESS_AND_HOUR = 5


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a link is about: an account, or a sign-up that may become one."""

    user_id: UUID | None = None
    sign_up_id: UUID | None = None
    email_change_id: UUID | None = None


class Links:
    def __init__(self, session: AsyncSession, settings: Settings) -> None:
        self._tokens = EmailTokenRepository(session)
        self._settings = settings

    def make(self, purpose: TokenPurpose, email: str, subject: Subject) -> str:
        """Return the address to mail; the token in it is nowhere stored."""
        token, now = new_token(), clock.now()
        self._tokens.add(
            EmailToken(
                id=new_id(),
                purpose=purpose,
                token_hash=self._hash(purpose, token),
                email=email,
                user_id=subject.user_id,
                sign_up_id=subject.sign_up_id,
                email_change_id=subject.email_change_id,
                created_at=now,
                expires_at=now + timedelta(minutes=VALID_MINUTES[purpose]),
            )
        )
        return f"{self._settings.app_url}/{_PAGES[purpose].format(token)}"

    async def find(self, purpose: TokenPurpose, token: str) -> EmailToken:
        """Return what the link stands for; raise `LinkNotValid`. It stays usable until it is spent."""
        found = await self._tokens.find(purpose, self._hash(purpose, token), now=clock.now())
        if found is None:
            raise LinkNotValid
        return found

    async def spend(self, purpose: TokenPurpose, token: str) -> None:
        """Use the link up; raise `LinkNotValid` when somebody was faster."""
        if not await self._tokens.spend(purpose, self._hash(purpose, token), now=clock.now()):
            raise LinkNotValid

    async def is_mailed_too_often(self, email: str) -> bool:
        return await self._tokens.count_of(email, since=_an_hour_ago()) >= MAILS_PER_ADDRESS_AND_HOUR

    async def end_all_of(self, user_id: UUID, *purposes: TokenPurpose) -> None:
        await self._tokens.end_all_of(user_id, *purposes)

    def _hash(self, purpose: TokenPurpose, token: str) -> bytes:
        return keyed_hash(self._settings.secret_key, "mailed-link", purpose, token)


def _an_hour_ago() -> datetime:
    return clock.now() - timedelta(hours=1)
