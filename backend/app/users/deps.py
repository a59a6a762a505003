from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.services import SessionService
from app.config import Settings
from app.users.repositories import UserRepository
from app.users.services import UserService


def provide_user_service(session: AsyncSession, state: State) -> UserService:
    return UserService(UserRepository(session), state.passwords)


def provide_session_service(session: AsyncSession, settings: Settings) -> SessionService:
    return SessionService(session, settings)
