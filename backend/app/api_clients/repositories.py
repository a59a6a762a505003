"""Every query about API keys, API clients and refresh tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.repository import TeamRepository
from app.models import ApiClient, ApiKey, RefreshToken, Session, Team, User

ENDED_SHOWN = 50


async def lock_team(session: AsyncSession, team_id: UUID) -> None:
    """Let one request at a time count and add."""
    await session.execute(select(Team.id).where(Team.id == team_id).with_for_update(key_share=True))


class ApiKeyRepository(TeamRepository[ApiKey]):
    model = ApiKey

    async def list_all(self, now: datetime, *, live_limit: int) -> Sequence[tuple[ApiKey, str]]:
        """Return the live keys, then the latest of the others, each with its maker's name."""
        is_live = _is_live_key(now)
        statement = (
            self._with_maker()
            .order_by(case((is_live, 0), else_=1), ApiKey.created_at.desc(), ApiKey.id.desc())
            .limit(live_limit + ENDED_SHOWN)
        )
        return [(row.ApiKey, row.name) for row in await self.session.execute(statement)]

    async def find(self, api_key_id: UUID) -> tuple[ApiKey, str] | None:
        """Return the key, held until the transaction ends, with its maker's name."""
        statement = self._with_maker().where(ApiKey.id == api_key_id).with_for_update(of=ApiKey)
        row = (await self.session.execute(statement)).one_or_none()
        return (row.ApiKey, row.name) if row else None

    async def count_live(self, now: datetime) -> int:
        return await self.session.scalar(self.visible(func.count()).where(_is_live_key(now))) or 0

    async def delete_ended_before(self, moment: datetime) -> int:
        """Delete those that were revoked or ran out before the moment; the audit log still tells of them."""
        is_over = (ApiKey.revoked_at < moment) | (ApiKey.expires_at < moment)
        statement = delete(ApiKey).where(self.belongs(ApiKey), is_over)
        return len((await self.session.scalars(statement.returning(ApiKey.id))).all())

    async def revoke_all_of(self, user_id: UUID, *, now: datetime) -> None:
        """End the keys that a member made, by their own hand."""
        statement = update(ApiKey).where(self.belongs(ApiKey), ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
        await self.session.execute(statement.values(revoked_at=now, revoked_by_id=user_id))

    def _with_maker(self) -> Any:
        return self.visible(ApiKey, User.name).select_from(ApiKey).join(User, User.id == ApiKey.user_id)


class ApiClientRepository(TeamRepository[ApiClient]):
    model = ApiClient

    async def list_all(self, now: datetime, *, live_limit: int) -> Sequence[tuple[ApiClient, Session, str]]:
        """Return the live clients, then the latest of the others, each with its session and its maker's name."""
        statement = (
            self._with_session()
            .order_by(case((_is_live_session(now), 0), else_=1), ApiClient.created_at.desc(), ApiClient.id.desc())
            .limit(live_limit + ENDED_SHOWN)
        )
        return [(row.ApiClient, row.Session, row.name) for row in await self.session.execute(statement)]

    async def find(self, api_client_id: UUID) -> tuple[ApiClient, Session, str] | None:
        """Return the client with its session, which is held until the transaction ends, and its maker's name."""
        statement = self._with_session().where(ApiClient.id == api_client_id).with_for_update(of=Session)
        row = (await self.session.execute(statement)).one_or_none()
        return (row.ApiClient, row.Session, row.name) if row else None

    async def count_live(self, now: datetime) -> int:
        statement = self.visible(func.count()).select_from(ApiClient).join(Session, Session.id == ApiClient.session_id)
        return await self.session.scalar(statement.where(_is_live_session(now))) or 0

    async def by_session(self, session_id: UUID) -> ApiClient | None:
        return await self.session.scalar(self.visible().where(ApiClient.session_id == session_id))

    def _with_session(self) -> Any:
        return (
            self.visible(ApiClient, Session, User.name)
            .select_from(ApiClient)
            .join(Session, Session.id == ApiClient.session_id)
            .join(User, User.id == ApiClient.user_id)
        )


class RefreshTokenRepository:
    """Refresh tokens by their hash: they name a session, and no team is known yet."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: RefreshToken) -> None:
        self._session.add(row)

    async def by_hash(self, token_hash: bytes) -> RefreshToken | None:
        return await self._session.scalar(select(RefreshToken).where(RefreshToken.token_hash == token_hash))

    async def use(self, token_id: UUID, *, now: datetime) -> bool:
        """Mark the token as used; False when somebody else did, or when it has expired."""
        statement = (
            update(RefreshToken)
            .where(RefreshToken.id == token_id, RefreshToken.used_at.is_(None), RefreshToken.expires_at > now)
            .values(used_at=now)
            .returning(RefreshToken.id)
            .execution_options(synchronize_session=False)
        )
        return await self._session.scalar(statement) is not None

    async def session_of(self, session_id: UUID) -> Session | None:
        return await self._session.get(Session, session_id)

    async def end_family(self, session_id: UUID, *, now: datetime) -> bool:
        """End the session whose tokens these are; False when it had ended before."""
        statement = (
            update(Session)
            .where(Session.id == session_id, Session.revoked_at.is_(None), Session.expires_at > now)
            .values(revoked_at=now)
            .returning(Session.id)
        )
        return await self._session.scalar(statement) is not None


def _is_live_key(now: datetime) -> ColumnElement[bool]:
    return and_(ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now))


def _is_live_session(now: datetime) -> ColumnElement[bool]:
    return and_(Session.revoked_at.is_(None), Session.expires_at > now)
