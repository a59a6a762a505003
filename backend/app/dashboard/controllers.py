"""HTTP for the dashboard."""

from litestar import Controller, get
from litestar.di import Provide

from app.auth.guards import requires
from app.auth.permissions import Permission
from app.dashboard.deps import provide_dashboard_service
from app.dashboard.schemas import Dashboard
from app.dashboard.services import DashboardService


class DashboardController(Controller):
    path = "/dashboard"
    tags = ("Dashboard",)
    dependencies = {"dashboard": Provide(provide_dashboard_service, sync_to_thread=False)}

    @get(guards=[requires(Permission.INVOICES_READ)])
    async def get_dashboard(self, dashboard: DashboardService) -> Dashboard:
        """Where your team stands today."""
        return await dashboard.get()
