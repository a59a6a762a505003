"""Looking through another person's eyes: with a reason, for an hour at most, read-only unless asked otherwise, and never in secret.

The administrator's own session ends when it begins, and ending it leads to signing in again. A way back kept in the browser would
turn the cookie of the impersonation into an administrator's: a script smuggled into what the person sees could walk that way, too.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.admin.errors import NotImpersonable, NotImpersonating, TeamNotFound, UserNotFound
from app.admin.repositories import AdminUserRepository, ImpersonationRepository
from app.admin.schemas import ImpersonationStart
from app.auth.caller import Principal
from app.auth.client import ClientInfo
from app.auth.services import SessionService
from app.lib import clock
from app.lib.ids import new_id
from app.models import Impersonation, User
from app.queue.enqueue import enqueue

log = structlog.get_logger("quittance.security")

LONGEST = timedelta(minutes=60)


class ImpersonationService:
    def __init__(self, session: AsyncSession, browser_sessions: SessionService) -> None:
        self._session = session
        self._browser_sessions = browser_sessions
        self._users = AdminUserRepository(session)
        self._impersonations = ImpersonationRepository(session)

    async def start(
        self, administrator: Principal, user_id: UUID, data: ImpersonationStart, client: ClientInfo
    ) -> tuple[Impersonation, str]:
        """Open a session as the person, end the administrator's own, and tell the person; return its token, too."""
        user = await self._users.get(user_id, is_locked=True)
        if user is None:
            raise UserNotFound
        _refuse_what_must_stay_closed(user, administrator)
        team_id = await self._team_of(user_id, data.team_id)
        now = clock.now()
        impersonation = Impersonation(
            id=new_id(),
            administrator_id=administrator.user_id,
            user_id=user_id,
            reason=data.reason.strip(),
            is_read_only=data.is_read_only,
            started_at=now,
            expires_at=now + LONGEST,
        )
        self._impersonations.add(impersonation)
        await self._impersonations.flush()  # the session refers to it
        token = self._browser_sessions.start_impersonation(impersonation, team_id, client=client)
        await self._browser_sessions.end(administrator.credential_id)
        await enqueue(self._session, "send_impersonation_notice", impersonation_id=impersonation.id)
        log.warning(
            "impersonation started",
            impersonation_id=str(impersonation.id),
            impersonated_user_id=str(user_id),
            is_read_only=data.is_read_only,
        )
        return impersonation, token

    async def end(self, principal: Principal) -> None:
        """End it before its time; its session ends with it."""
        if principal.impersonator_id is None:
            raise NotImpersonating
        await self._impersonations.end_of_session(principal.credential_id, now=clock.now())

    async def _team_of(self, user_id: UUID, team_id: UUID | None) -> UUID | None:
        teams = [team.id for _, team, _ in await self._users.memberships_of([user_id])]
        if team_id is not None and team_id not in teams:
            raise TeamNotFound("The person is not in this team.")
        return team_id or next(iter(teams), None)


def _refuse_what_must_stay_closed(user: User, administrator: Principal) -> None:
    if user.id == administrator.user_id:
        raise NotImpersonable("You are this person already.")
    if user.is_platform_admin:
        raise NotImpersonable("Nobody looks through another administrator's eyes.")
    if user.disabled_at is not None:
        raise NotImpersonable("The account is disabled; enable it first.")
