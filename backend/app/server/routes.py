"""Every route of the product, in one list."""

from litestar import Router
from litestar.types import ControllerRouterHandler

from app.access.controllers import AccessController, MeController
from app.accounts.controllers import (
    EmailChangeLinkController,
    MyCredentialsController,
    MyDataController,
    MySessionController,
    PasswordResetController,
    SignUpController,
)
from app.admin.controllers import AdminActionController, AdminController, ImpersonationController
from app.api_clients.controllers import ApiClientController, ApiKeyController, TokenController, WellKnownController
from app.audit.controllers import AuditController, MyAuditController
from app.config import Settings
from app.customers.controllers import CustomerController
from app.dashboard.controllers import DashboardController
from app.events.controllers import EventController
from app.federation.controllers import FederationController, LinkedAccountController
from app.invoices.controllers import InvoiceController
from app.jobs.controllers import AdminJobController, JobController, QueueController
from app.mail.controllers import MailboxController
from app.observing.controllers import MetricsController
from app.payments.controllers import InvoicePaymentController, PaymentController
from app.second_factors.controllers import SecondFactorController, SecondStepController, StepUpController
from app.server.app_info import AppInfoController
from app.server.health import HealthController
from app.server.web import serve_web
from app.teams.controllers import (
    InvitationLinkController,
    MemberController,
    OwnTeamsController,
    PermissionController,
    TeamController,
)
from app.users.controllers import ProfileController


def route_handlers(settings: Settings) -> list[ControllerRouterHandler]:
    controllers: list[ControllerRouterHandler] = [
        AccessController,
        MeController,
        FederationController,
        LinkedAccountController,
        ProfileController,
        SignUpController,
        PasswordResetController,
        EmailChangeLinkController,
        MyCredentialsController,
        MySessionController,
        MyDataController,
        SecondFactorController,
        SecondStepController,
        StepUpController,
        TeamController,
        MemberController,
        OwnTeamsController,
        InvitationLinkController,
        PermissionController,
        CustomerController,
        InvoiceController,
        InvoicePaymentController,
        PaymentController,
        DashboardController,
        EventController,
        ApiKeyController,
        ApiClientController,
        TokenController,
        AuditController,
        MyAuditController,
        AdminController,
        AdminActionController,
        ImpersonationController,
        JobController,
        AdminJobController,
        QueueController,
        AppInfoController,
    ]
    if settings.is_development:
        controllers.append(MailboxController)
    return [
        Router("/api", route_handlers=controllers),
        HealthController,
        MetricsController,
        WellKnownController,
        serve_web,
    ]
