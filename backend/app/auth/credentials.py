"""Queries on API keys, sessions of API clients and signing keys: read before any team is known."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import CredentialKind, Principal
from app.auth.repositories import PRINCIPAL_COLUMNS, SessionRepository, principal_of
from app.db.audit import RequestFacts
from app.db.driver import DriverStatement
from app.models import ApiKey, SigningKey

_BY_API_KEY = DriverStatement(
    text(f"SELECT {PRINCIPAL_COLUMNS} FROM authenticate_api_key(:key_hash, :now, :request)")  # noqa: S608 - constants
)
_BY_ACCESS_TOKEN = DriverStatement(
    text(f"SELECT {PRINCIPAL_COLUMNS} FROM authenticate_access_token(:session_id, :now, :request)")  # noqa: S608 - constants
)


class CredentialRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def authenticate_api_key(self, key_hash: bytes, *, now: datetime, facts: RequestFacts) -> Principal | None:
        """Return in whose name the key acts; also scopes the present transaction to its team."""
        values = {"key_hash": key_hash, "now": now, "request": facts.as_setting()}
        rows = await _BY_API_KEY.fetch(self._session, values)
        return principal_of(rows[0]) if rows else None

    async def authenticate_access_token(
        self, session_id: UUID, *, now: datetime, facts: RequestFacts
    ) -> Principal | None:
        """Return in whose name the API client's session acts; also scopes the present transaction to its team."""
        values = {"session_id": session_id, "now": now, "request": facts.as_setting()}
        rows = await _BY_ACCESS_TOKEN.fetch(self._session, values)
        return principal_of(rows[0]) if rows else None

    async def is_live(self, principal: Principal, *, now: datetime) -> bool:
        """Whether the credential that opened a stream still opens one."""
        if principal.credential is not CredentialKind.API_KEY:
            return await SessionRepository(self._session).is_live(principal.credential_id, now=now)
        statement = select(ApiKey.id).where(
            ApiKey.id == principal.credential_id,
            ApiKey.revoked_at.is_(None),
            or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),
        )
        return await self._session.scalar(statement) is not None


class SigningKeyRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self) -> None:
        """Let one process at a time make a key."""
        await self._session.execute(text("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE"))

    async def newest(self) -> SigningKey | None:
        statement = select(SigningKey).where(SigningKey.valid_until.is_(None)).order_by(SigningKey.id.desc()).limit(1)
        return await self._session.scalar(statement)

    async def valid_at(self, now: datetime) -> Sequence[SigningKey]:
        """Return the keys whose tokens are accepted, the newest first."""
        statement = select(SigningKey).where(or_(SigningKey.valid_until.is_(None), SigningKey.valid_until > now))
        return (await self._session.scalars(statement.order_by(SigningKey.id.desc()))).all()

    def add(self, row: SigningKey) -> None:
        self._session.add(row)

    async def delete_retired_before(self, moment: datetime) -> int:
        """Forget the names of keys whose tokens have long been refused."""
        statement = delete(SigningKey).where(SigningKey.valid_until < moment)
        return len((await self._session.scalars(statement.returning(SigningKey.id))).all())

    async def retire_all(self, valid_until: datetime) -> None:
        """End the keys that still sign; those that end sooner keep their end."""
        statement = update(SigningKey).where(
            or_(SigningKey.valid_until.is_(None), SigningKey.valid_until > valid_until)
        )
        await self._session.execute(statement.values(valid_until=valid_until))
