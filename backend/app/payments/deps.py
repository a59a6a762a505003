from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller
from app.payments.services import PaymentService


def provide_payment_service(session: AsyncSession, caller: Caller) -> PaymentService:
    return PaymentService(session, caller.team_id, actor_id=caller.user_id, actor_name=caller.user_name)
