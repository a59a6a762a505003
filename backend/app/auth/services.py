"""Browser sessions: opaque, hashed at rest, a new id at every login."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller
from app.auth.repositories import SessionRepository
from app.config import Settings
from app.lib import clock
from app.lib.ids import new_id
from app.lib.tokens import keyed_hash, new_token
from app.models import Session


class SessionService:
    def __init__(self, session: AsyncSession, settings: Settings) -> None:
        self._sessions = SessionRepository(session)
        self._settings = settings

    async def authenticate(self, token: str) -> Caller | None:
        idle = timedelta(hours=self._settings.session.idle_hours)
        return await self._sessions.authenticate(self._hash(token), now=clock.now(), idle=idle)

    def start(self, user_id: UUID, team_id: UUID, *, user_agent: str, ip_address: str) -> str:
        """Open a session and return its token, which is nowhere stored."""
        token, now = new_token(), clock.now()
        self._sessions.add(
            Session(
                id=new_id(),
                id_hash=self._hash(token),
                user_id=user_id,
                team_id=team_id,
                created_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(days=self._settings.session.absolute_days),
                user_agent=user_agent[:400],
                ip_address=ip_address[:45],
            )
        )
        return token

    async def end(self, session_id: UUID) -> None:
        await self._sessions.revoke(session_id, now=clock.now())

    async def end_all_of(self, user_id: UUID) -> None:
        await self._sessions.revoke_all_of(user_id, now=clock.now())

    def _hash(self, token: str) -> bytes:
        return keyed_hash(self._settings.secret_key, "session", token)
