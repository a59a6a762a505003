"""Queries on sessions and rate-limit windows: both are read before any team is known."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller, CredentialKind, Principal
from app.auth.permissions import Permission
from app.db.audit import RequestFacts
from app.db.driver import DriverStatement
from app.models import RateLimitWindow, Role, Session

_PERSON_FIELDS = Principal.__struct_fields__
_PRINCIPAL = (
    "credential, credential_id, user_id, user_name, email, is_email_verified, is_platform_admin, assurance_level, "
    "is_second_factor_due, authenticated_at, impersonator_id, is_read_only, scopes, team_id, team_name, role"
)
_AUTHENTICATE = DriverStatement(
    text(f"SELECT {_PRINCIPAL} FROM authenticate_session(:id_hash, :now, :idle, :request)")  # noqa: S608 - constants
)


# The rows are taken in the order of their keys, so that two requests never wait for each other in a circle.
# The table has no row-level security, so the upsert is safe (CVE-2026-120154).
_ADD_ATTEMPTS = text("""
WITH hits AS (
    SELECT * FROM unnest(
        CAST(:key_hashes AS bytea[]), CAST(:ends_at AS timestamptz[]), CAST(:previous_ends_at AS timestamptz[])
    ) AS hit (key_hash, ends_at, previous_ends_at)
), counted AS (
    INSERT INTO rate_limit_windows AS present (key_hash, ends_at, attempts)
    SELECT key_hash, ends_at, greatest(CAST(:attempts AS integer), 0) FROM hits ORDER BY key_hash
    ON CONFLICT (key_hash, ends_at) DO UPDATE SET attempts = greatest(present.attempts + CAST(:attempts AS integer), 0)
    RETURNING key_hash, attempts
)
SELECT counted.key_hash, counted.attempts, coalesce(previous.attempts, 0)
FROM counted
JOIN hits USING (key_hash)
LEFT JOIN rate_limit_windows AS previous
    ON previous.key_hash = hits.key_hash AND previous.ends_at = hits.previous_ends_at
""")


class SessionRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def authenticate(
        self, id_hash: bytes, *, now: datetime, idle: timedelta, facts: RequestFacts
    ) -> Principal | None:
        """Return who holds the session; also scopes the present transaction to their team."""
        rows = await _AUTHENTICATE.fetch(
            self._session, {"id_hash": id_hash, "now": now, "idle": idle, "request": facts.as_setting()}
        )
        return principal_of(rows[0]) if rows else None

    async def get(self, session_id: UUID) -> Session | None:
        return await self._session.get(Session, session_id)

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

    async def revoke_by_hash(self, id_hash: bytes, *, now: datetime) -> None:
        await self._session.execute(
            update(Session).where(Session.id_hash == id_hash, Session.revoked_at.is_(None)).values(revoked_at=now)
        )

    async def revoke_all_of(self, user_id: UUID, *, now: datetime, except_id: UUID | None = None) -> None:
        statement = update(Session).where(Session.user_id == user_id, Session.revoked_at.is_(None))
        if except_id is not None:
            statement = statement.where(Session.id != except_id)
        await self._session.execute(statement.values(revoked_at=now))

    async def delete_ended_before(self, moment: datetime) -> int:
        """Delete sessions that expired or were revoked before the moment."""
        statement = delete(Session).where((Session.expires_at < moment) | (Session.revoked_at < moment))
        return _count(await self._session.execute(statement))


class RateLimitRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add_attempts(
        self, windows: Sequence[tuple[bytes, int, int]], *, attempts: int
    ) -> Sequence[tuple[bytes, int, int]]:
        """Add to windows, given as key, end and length; return keys, sums, and the sums of the windows before."""
        values = {
            "key_hashes": [key_hash for key_hash, _, _ in windows],
            "ends_at": [_moment(ends_at) for _, ends_at, _ in windows],
            "previous_ends_at": [_moment(ends_at - seconds) for _, ends_at, seconds in windows],
            "attempts": attempts,
        }
        return [(row[0], row[1], row[2]) for row in await self._session.execute(_ADD_ATTEMPTS, values)]

    async def delete_key(self, key_hash: bytes) -> None:
        await self._session.execute(delete(RateLimitWindow).where(RateLimitWindow.key_hash == key_hash))

    async def delete_ended_before(self, moment: datetime) -> int:
        return _count(await self._session.execute(delete(RateLimitWindow).where(RateLimitWindow.ends_at < moment)))


def _moment(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, tz=UTC)


def _count(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0


def principal_of(row: Any) -> Principal:
    """Build it from a row of the database's type `principal`."""
    person: dict[str, Any] = {name: row[name] for name in _PERSON_FIELDS}
    person["credential"] = CredentialKind(person["credential"])
    if row["team_id"] is None:
        return Principal(**person)
    return Caller(
        **person,
        team_id=row["team_id"],
        team_name=row["team_name"],
        role=Role(row["role"]),
        scopes=None if row["scopes"] is None else known_scopes(row["scopes"]),
    )


def known_scopes(names: Iterable[str]) -> frozenset[Permission]:
    """A permission that a later release took away is no reason to fail, and no reason to grant anything."""
    return frozenset(Permission(name) for name in names if name in Permission)
