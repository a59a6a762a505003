from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller
from app.teams.services import TeamService


def provide_team_service(session: AsyncSession, caller: Caller) -> TeamService:
    return TeamService(session, caller.team_id)
