"""Queries on linked identities and on browsers that are with a provider; both belong to people, not to teams."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.federation.errors import IdentityTaken
from app.models import FederationAttempt, LinkedIdentity, Passkey, User


class IdentityRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, issuer: str, subject: str) -> tuple[LinkedIdentity, User] | None:
        """Return an identity with the person whom it opens."""
        statement = (
            select(LinkedIdentity, User)
            .join(User, User.id == LinkedIdentity.user_id)
            .where(LinkedIdentity.issuer == issuer, LinkedIdentity.subject == subject)
        )
        row = (await self._session.execute(statement)).one_or_none()
        return (row[0], row[1]) if row else None

    async def list_of(self, user_id: UUID) -> Sequence[LinkedIdentity]:
        statement = (
            select(LinkedIdentity)
            .where(LinkedIdentity.user_id == user_id)
            .order_by(LinkedIdentity.created_at, LinkedIdentity.id)
        )
        return (await self._session.scalars(statement)).all()

    async def has_passkey(self, user_id: UUID) -> bool:
        """Whether a passkey opens the person's account, too."""
        return bool(await self._session.scalar(select(exists().where(Passkey.user_id == user_id))))

    async def lock_person(self, user_id: UUID) -> User | None:
        """Hold the person, so that two requests cannot each take away what the other leaves as the last way in."""
        return await self._session.scalar(
            select(User).where(User.id == user_id).with_for_update().execution_options(populate_existing=True)
        )

    async def add(self, identity: LinkedIdentity) -> None:
        self._session.add(identity)
        try:
            await self._session.flush()
        except IntegrityError:
            raise IdentityTaken from None  # lost a race

    async def delete(self, identity: LinkedIdentity) -> None:
        await self._session.delete(identity)
        await self._session.flush()


class AttemptRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, attempt: FederationAttempt) -> None:
        self._session.add(attempt)

    async def take(
        self, *, state_hash: bytes, browser_hash: bytes, provider_id: str, now: datetime
    ) -> FederationAttempt | None:
        """Use the attempt up and return it; one statement, so that of two callbacks one gets it."""
        statement = (
            update(FederationAttempt)
            .where(
                FederationAttempt.state_hash == state_hash,
                FederationAttempt.browser_hash == browser_hash,
                FederationAttempt.provider_id == provider_id,
                FederationAttempt.used_at.is_(None),
                FederationAttempt.expires_at > now,
            )
            .values(used_at=now)
            .returning(FederationAttempt)
        )
        return (await self._session.scalars(statement)).one_or_none()

    async def delete_expired_before(self, moment: datetime) -> int:
        statement = delete(FederationAttempt).where(FederationAttempt.expires_at < moment)
        return len((await self._session.scalars(statement.returning(FederationAttempt.id))).all())
