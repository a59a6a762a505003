"""A person's sessions: seen, and ended one by one or all but the present one."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.repositories import OwnSessionRepository
from app.accounts.schemas import Session, SessionList
from app.auth.caller import Principal
from app.auth.services import SessionService
from app.config import Settings
from app.lib import clock
from app.lib.devices import device_of
from app.lib.problems import NotFound
from app.models import Session as SessionRow


class OwnSessionService:
    def __init__(
        self, session: AsyncSession, principal: Principal, browser_sessions: SessionService, settings: Settings
    ) -> None:
        self._sessions = OwnSessionRepository(session, principal.user_id)
        self._principal = principal
        self._browser_sessions = browser_sessions
        self._idle = timedelta(hours=settings.session.idle_hours)

    async def live(self) -> SessionList:
        rows = await self._sessions.live(now=clock.now(), idle=self._idle)
        items = [self._to_schema(row) for row in rows]
        return SessionList(items=sorted(items, key=lambda item: not item.is_current))

    async def end(self, session_id: UUID) -> None:
        if not await self._sessions.revoke(session_id, now=clock.now(), idle=self._idle):
            raise NotFound("There is no such session, or it has ended already.")

    async def end_others(self) -> None:
        await self._browser_sessions.end_all_of(self._principal.user_id, except_id=self._principal.credential_id)

    def _to_schema(self, row: SessionRow) -> Session:
        return Session(
            id=row.id,
            kind=row.kind,
            device=device_of(row.user_agent).name,
            ip_address=row.ip_address,
            methods=row.methods,
            is_current=row.id == self._principal.credential_id,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
        )
