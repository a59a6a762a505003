"""All tables, imported in one place so that metadata is complete for migrations and tests."""

from app.db.base import Base
from app.models.api_client import ApiClient, RefreshToken, SigningKey
from app.models.api_key import ApiKey
from app.models.audit import AuditChain, AuditEntry
from app.models.customer import Customer
from app.models.impersonation import Impersonation
from app.models.invoice import Invoice, InvoiceLine, InvoiceState, InvoiceTax, TaxCategory
from app.models.invoice_delivery import DeliveryState, InvoiceDelivery, InvoiceFile
from app.models.job_run import JobRun, JobState
from app.models.mailbox_message import MailboxAttachment, MailboxMessage
from app.models.number_series import NumberSeries
from app.models.payment import Payment, PaymentMethod
from app.models.rate_limit_window import RateLimitWindow
from app.models.seller_profile import SellerProfile
from app.models.session import AuthenticationMethod, Session, SessionKind
from app.models.team import Membership, Role, Team
from app.models.team_event import TeamEvent
from app.models.user import User

__all__ = [
    "ApiClient",
    "ApiKey",
    "AuditChain",
    "AuditEntry",
    "AuthenticationMethod",
    "Base",
    "Customer",
    "DeliveryState",
    "Impersonation",
    "Invoice",
    "InvoiceDelivery",
    "InvoiceFile",
    "InvoiceLine",
    "InvoiceState",
    "InvoiceTax",
    "JobRun",
    "JobState",
    "MailboxAttachment",
    "MailboxMessage",
    "Membership",
    "NumberSeries",
    "Payment",
    "PaymentMethod",
    "RateLimitWindow",
    "RefreshToken",
    "Role",
    "SellerProfile",
    "Session",
    "SessionKind",
    "SigningKey",
    "TaxCategory",
    "Team",
    "TeamEvent",
    "User",
]
