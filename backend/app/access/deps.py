from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.services import AccessService, PasskeyLogInService
from app.auth.rate_limits import RateLimiter
from app.auth.services import SessionService
from app.config import Settings
from app.second_factors.ceremonies import RelyingParty
from app.second_factors.passkeys import PasskeyVerifier
from app.users.deps import provide_user_service


def provide_access_service(
    session: AsyncSession, state: State, settings: Settings, limiter: RateLimiter
) -> AccessService:
    return AccessService(session, provide_user_service(session, state), SessionService(session, settings), limiter)


def provide_passkey_log_in(
    session: AsyncSession, state: State, settings: Settings, limiter: RateLimiter
) -> PasskeyLogInService:
    return PasskeyLogInService(
        PasskeyVerifier(session, RelyingParty(settings), state.challenges),
        provide_access_service(session, state, settings, limiter),
        limiter,
    )
