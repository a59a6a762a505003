"""All tables, imported in one place so that metadata is complete for migrations and tests."""

from app.db.base import Base
from app.models.api_client import ApiClient, RefreshToken, SigningKey
from app.models.api_key import ApiKey
from app.models.audit import AuditChain, AuditEntry
from app.models.customer import Customer
from app.models.data_export import DataExport, DataExportArchive, ExportState
from app.models.email_change import EmailChange
from app.models.email_token import EmailToken, TokenPurpose
from app.models.federation_attempt import FederationAttempt, FederationPurpose
from app.models.idempotency_key import IdempotencyKey
from app.models.impersonation import Impersonation
from app.models.invitation import Invitation, InvitationOutcome
from app.models.invoice import Invoice, InvoiceLine, InvoiceState, InvoiceTax, TaxCategory
from app.models.invoice_delivery import DeliveryState, InvoiceDelivery, InvoiceFile
from app.models.job_control import CatchUp, JobPause, JobRate, JobSchedule, JobWorker
from app.models.job_record import JobAction, JobLogLine, JobStatistic
from app.models.job_run import JobRun, JobState
from app.models.linked_identity import LinkedIdentity
from app.models.mailbox_message import MailboxAttachment, MailboxMessage
from app.models.number_series import NumberSeries
from app.models.passkey import Passkey, PasskeyChallenge
from app.models.payment import Payment, PaymentMethod
from app.models.rate_limit_window import RateLimitWindow
from app.models.second_factor import RecoveryCodeSet, TotpAuthenticator
from app.models.seller_profile import SellerProfile
from app.models.session import AuthenticationMethod, Session, SessionKind
from app.models.sign_up import SignUp
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
    "CatchUp",
    "Customer",
    "DataExport",
    "DataExportArchive",
    "DeliveryState",
    "EmailChange",
    "EmailToken",
    "ExportState",
    "FederationAttempt",
    "FederationPurpose",
    "IdempotencyKey",
    "Impersonation",
    "Invitation",
    "InvitationOutcome",
    "Invoice",
    "InvoiceDelivery",
    "InvoiceFile",
    "InvoiceLine",
    "InvoiceState",
    "InvoiceTax",
    "JobAction",
    "JobLogLine",
    "JobPause",
    "JobRate",
    "JobRun",
    "JobSchedule",
    "JobState",
    "JobStatistic",
    "JobWorker",
    "LinkedIdentity",
    "MailboxAttachment",
    "MailboxMessage",
    "Membership",
    "NumberSeries",
    "Passkey",
    "PasskeyChallenge",
    "Payment",
    "PaymentMethod",
    "RateLimitWindow",
    "RecoveryCodeSet",
    "RefreshToken",
    "Role",
    "SellerProfile",
    "Session",
    "SessionKind",
    "SignUp",
    "SigningKey",
    "TaxCategory",
    "Team",
    "TeamEvent",
    "TokenPurpose",
    "TotpAuthenticator",
    "User",
]
