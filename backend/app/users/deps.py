from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncSession

from app.users.repositories import UserRepository
from app.users.services import UserService


def provide_user_service(session: AsyncSession, state: State) -> UserService:
    return UserService(UserRepository(session), state.passwords)
