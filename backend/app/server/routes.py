"""Every route of the product, in one list."""

from litestar import Router
from litestar.types import ControllerRouterHandler

from app.access.controllers import AccessController, MeController
from app.admin.controllers import AdminActionController, AdminController, ImpersonationController
from app.audit.controllers import AuditController, MyAuditController
from app.config import Settings
from app.customers.controllers import CustomerController
from app.dashboard.controllers import DashboardController
from app.events.controllers import EventController
from app.invoices.controllers import InvoiceController
from app.mail.controllers import MailboxController
from app.payments.controllers import InvoicePaymentController, PaymentController
from app.server.app_info import AppInfoController
from app.server.health import HealthController
from app.server.web import serve_web
from app.teams.controllers import TeamController
from app.users.controllers import ProfileController


def route_handlers(settings: Settings) -> list[ControllerRouterHandler]:
    controllers: list[ControllerRouterHandler] = [
        AccessController,
        MeController,
        ProfileController,
        TeamController,
        CustomerController,
        InvoiceController,
        InvoicePaymentController,
        PaymentController,
        DashboardController,
        EventController,
        AuditController,
        MyAuditController,
        AdminController,
        AdminActionController,
        ImpersonationController,
        AppInfoController,
    ]
    if settings.is_development:
        controllers.append(MailboxController)
    return [Router("/api", route_handlers=controllers), HealthController, serve_web]
