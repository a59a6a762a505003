from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller
from app.dashboard.services import DashboardService


def provide_dashboard_service(session: AsyncSession, caller: Caller) -> DashboardService:
    return DashboardService(session, caller.team_id)
