from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller
from app.invoices.drafts import DraftService
from app.invoices.issuing import IssuingService
from app.invoices.services import InvoiceService


def provide_invoice_service(session: AsyncSession, caller: Caller) -> InvoiceService:
    return InvoiceService(session, caller.team_id)


def provide_draft_service(session: AsyncSession, caller: Caller) -> DraftService:
    return DraftService(session, caller.team_id, actor_name=caller.user_name)


def provide_issuing_service(session: AsyncSession, caller: Caller) -> IssuingService:
    return IssuingService(session, caller.team_id, actor_name=caller.user_name)
