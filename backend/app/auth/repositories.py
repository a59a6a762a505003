"""Queries on sessions and rate-limit windows: both are read before any team is known."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller
from app.db.driver import DriverStatement
from app.models import RateLimitWindow, Role, Session

_AUTHENTICATE = DriverStatement(
    text(
        "SELECT session_id, user_id, user_name, email, is_platform_admin, team_id, team_name, role "
        "FROM authenticate_session(:id_hash, :now, :idle)"
    )
)


class SessionRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def authenticate(self, id_hash: bytes, *, now: datetime, idle: timedelta) -> Caller | None:
        """Return who holds the session; also scopes the present transaction to their team."""
        rows = await _AUTHENTICATE.fetch(self._session, {"id_hash": id_hash, "now": now, "idle": idle})
        if not rows:
            return None
        row = rows[0]
        return Caller(
            session_id=row["session_id"],
            user_id=row["user_id"],
            user_name=row["user_name"],
            email=row["email"],
            is_platform_admin=row["is_platform_admin"],
            team_id=row["team_id"],
            team_name=row["team_name"],
            role=Role(row["role"]),
        )

    def add(self, row: Session) -> None:
        self._session.add(row)

    async def is_live(self, session_id: UUID, *, now: datetime) -> bool:
        statement = select(Session.id).where(
            Session.id == session_id, Session.revoked_at.is_(None), Session.expires_at > now
        )
        return await self._session.scalar(statement) is not None

    async def revoke(self, session_id: UUID, *, now: datetime) -> None:
        await self._session.execute(
            update(Session).where(Session.id == session_id, Session.revoked_at.is_(None)).values(revoked_at=now)
        )

    async def revoke_all_of(self, user_id: UUID, *, now: datetime) -> None:
        await self._session.execute(
            update(Session).where(Session.user_id == user_id, Session.revoked_at.is_(None)).values(revoked_at=now)
        )

    async def delete_ended_before(self, moment: datetime) -> int:
        """Delete sessions that expired or were revoked before the moment."""
        statement = delete(Session).where((Session.expires_at < moment) | (Session.revoked_at < moment))
        return _count(await self._session.execute(statement))


class RateLimitRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add_attempts(self, key_hash: bytes, *, ends_at: datetime, attempts: int) -> int:
        """Add to the window and return the sum. The table has no row-level security, so the upsert is safe (CVE-2026-120154)."""
        statement = (
            insert(RateLimitWindow)
            .values(key_hash=key_hash, ends_at=ends_at, attempts=attempts)
            .on_conflict_do_update(
                index_elements=[RateLimitWindow.key_hash, RateLimitWindow.ends_at],
                set_={"attempts": func.greatest(RateLimitWindow.attempts + attempts, 0)},
            )
            .returning(RateLimitWindow.attempts)
        )
        return (await self._session.execute(statement)).scalar_one()

    async def delete_ended_before(self, moment: datetime) -> int:
        return _count(await self._session.execute(delete(RateLimitWindow).where(RateLimitWindow.ends_at < moment)))


def _count(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
