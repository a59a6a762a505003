from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller
from app.auth.rate_limits import RateLimiter
from app.auth.services import SessionService
from app.config import Settings
from app.teams.closing import ClosingService
from app.teams.invitations import InvitationService
from app.teams.joining import JoiningService
from app.teams.members import MemberService
from app.teams.services import OwnTeamsService, TeamService
from app.users.deps import provide_user_service


def provide_team_service(session: AsyncSession, caller: Caller) -> TeamService:
    return TeamService(session, caller.team_id)


def provide_own_teams_service(session: AsyncSession, settings: Settings, limiter: RateLimiter) -> OwnTeamsService:
    return OwnTeamsService(session, SessionService(session, settings), limiter)


def provide_member_service(session: AsyncSession, caller: Caller, settings: Settings) -> MemberService:
    return MemberService(session, caller, settings)


def provide_closing_service(session: AsyncSession, caller: Caller, settings: Settings) -> ClosingService:
    return ClosingService(session, caller, settings)


def provide_invitation_service(
    session: AsyncSession, caller: Caller, settings: Settings, limiter: RateLimiter
) -> InvitationService:
    return InvitationService(session, caller, settings=settings, limiter=limiter)


def provide_joining_service(
    session: AsyncSession, state: State, settings: Settings, limiter: RateLimiter
) -> JoiningService:
    return JoiningService(
        session,
        provide_user_service(session, state),
        SessionService(session, settings),
        settings=settings,
        limiter=limiter,
    )
