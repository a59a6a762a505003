"""Queries on what people hold beside their password. There is no team: every one names the person, or the credential shown."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import LinkedIdentity, Passkey, PasskeyChallenge, RecoveryCodeSet, TotpAuthenticator, User


class FactorRepository:
    """One person's authenticator app and recovery codes."""

    def __init__(self, session: AsyncSession, user_id: UUID) -> None:
        self._session = session
        self._user_id = user_id

    async def locked_person(self) -> User | None:
        """The person, held until the transaction ends: changes of their factors go one after the other."""
        statement = select(User).where(User.id == self._user_id).with_for_update()
        return await self._session.scalar(statement.execution_options(populate_existing=True))

    async def authenticator(self) -> TotpAuthenticator | None:
        return await self._session.get(TotpAuthenticator, self._user_id)

    async def confirmed_authenticator(self) -> TotpAuthenticator | None:
        statement = select(TotpAuthenticator).where(
            TotpAuthenticator.user_id == self._user_id, TotpAuthenticator.confirmed_at.is_not(None)
        )
        return await self._session.scalar(statement)

    def add(self, row: TotpAuthenticator | RecoveryCodeSet) -> None:
        self._session.add(row)

    async def take_step(self, step: int, *, now: datetime) -> bool:
        """Use up a time step; False if it, or a later one, was used before. Of requests side by side one wins."""
        statement = (
            update(TotpAuthenticator)
            .where(
                TotpAuthenticator.user_id == self._user_id,
                TotpAuthenticator.confirmed_at.is_not(None),
                func.coalesce(TotpAuthenticator.last_step, -1) < step,
            )
            .values(last_step=step, last_used_at=now)
            .returning(TotpAuthenticator.user_id)
        )
        return await self._session.scalar(statement) is not None

    async def delete_authenticator(self) -> bool:
        """Delete the confirmed one; whether there was one."""
        statement = (
            delete(TotpAuthenticator)
            .where(TotpAuthenticator.user_id == self._user_id, TotpAuthenticator.confirmed_at.is_not(None))
            .returning(TotpAuthenticator.user_id)
        )
        return await self._session.scalar(statement) is not None

    async def has_factor(self) -> bool:
        statement = select(
            exists().where(TotpAuthenticator.user_id == self._user_id, TotpAuthenticator.confirmed_at.is_not(None)),
            exists().where(Passkey.user_id == self._user_id),
        )
        return any((await self._session.execute(statement)).one())

    async def recovery_codes(self) -> RecoveryCodeSet | None:
        return await self._session.get(RecoveryCodeSet, self._user_id)

    async def recovery_codes_left(self) -> int:
        statement = select(func.cardinality(RecoveryCodeSet.code_hashes)).where(
            RecoveryCodeSet.user_id == self._user_id
        )
        return await self._session.scalar(statement) or 0

    async def take_recovery_code(self, code_hash: bytes) -> bool:
        """Use up a code; False if it is not, or no longer, among them. Of requests side by side one wins."""
        statement = (
            update(RecoveryCodeSet)
            .where(RecoveryCodeSet.user_id == self._user_id, RecoveryCodeSet.code_hashes.any_() == code_hash)
            .values(code_hashes=func.array_remove(RecoveryCodeSet.code_hashes, code_hash))
            .returning(RecoveryCodeSet.user_id)
        )
        return await self._session.scalar(statement) is not None

    async def delete_recovery_codes(self) -> None:
        await self._session.execute(delete(RecoveryCodeSet).where(RecoveryCodeSet.user_id == self._user_id))

    async def delete_everything(self) -> bool:
        """Delete authenticator app, passkeys and recovery codes; whether there was a factor."""
        had_factor = await self.has_factor()
        for model in (TotpAuthenticator, Passkey, RecoveryCodeSet):
            await self._session.execute(delete(model).where(model.user_id == self._user_id))
        return had_factor


class PasskeyRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_person(self, user_id: UUID) -> Sequence[Passkey]:
        statement = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
        return (await self._session.scalars(statement)).all()

    async def get(self, passkey_id: UUID, *, user_id: UUID) -> Passkey | None:
        return await self._session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id))

    async def is_opened_otherwise(self, user_id: UUID, *, but: UUID) -> bool:
        """Whether another passkey or a linked account opens the account without this one."""
        other = exists().where(Passkey.user_id == user_id, Passkey.id != but)
        linked = exists().where(LinkedIdentity.user_id == user_id)
        return bool(await self._session.scalar(select(other | linked)))

    async def by_credential(self, credential_id: bytes) -> tuple[Passkey, User] | None:
        """The passkey that a browser shows, and whose it is."""
        statement = (
            select(Passkey, User).join(User, User.id == Passkey.user_id).where(Passkey.credential_id == credential_id)
        )
        row = (await self._session.execute(statement)).one_or_none()
        return (row[0], row[1]) if row else None

    async def count_use(self, passkey_id: UUID, *, sign_count: int, now: datetime) -> bool:
        """Note a use; False if the authenticator counted no further, as a copy of it would. One that never counts stays at 0."""
        counts_further = (Passkey.sign_count < sign_count) | ((Passkey.sign_count == 0) & (sign_count == 0))
        statement = (
            update(Passkey)
            .where(Passkey.id == passkey_id, counts_further)
            .values(sign_count=sign_count, last_used_at=now)
            .returning(Passkey.id)
        )
        return await self._session.scalar(statement) is not None

    def add(self, passkey: Passkey) -> None:
        self._session.add(passkey)

    async def delete(self, passkey: Passkey) -> None:
        await self._session.delete(passkey)
        await self._session.flush()

    async def flush(self) -> None:
        await self._session.flush()


class ChallengeRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, challenge_hash: bytes, *, expires_at: datetime) -> None:
        self._session.add(PasskeyChallenge(challenge_hash=challenge_hash, expires_at=expires_at))

    async def take(self, challenge_hash: bytes, *, now: datetime) -> bool:
        statement = (
            delete(PasskeyChallenge)
            .where(PasskeyChallenge.challenge_hash == challenge_hash)
            .returning(PasskeyChallenge.expires_at)
        )
        expires_at = await self._session.scalar(statement)
        return expires_at is not None and expires_at > now

    async def delete_expired_before(self, moment: datetime) -> None:
        await self._session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < moment))
