from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller
from app.customers.services import CustomerService


def provide_customer_service(session: AsyncSession, caller: Caller) -> CustomerService:
    return CustomerService(session, caller.team_id, actor_name=caller.user_name)
