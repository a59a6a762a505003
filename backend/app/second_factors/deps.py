from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import AnyPrincipal
from app.auth.rate_limits import RateLimiter
from app.auth.services import SessionService
from app.config import Settings
from app.second_factors.authenticators import AuthenticatorService
from app.second_factors.passkeys import PasskeyService
from app.second_factors.services import SecondFactorService, SecondStepService, StepUpService
from app.users.deps import provide_user_service


def provide_second_factors(
    session: AsyncSession, settings: Settings, limiter: RateLimiter, principal: AnyPrincipal
) -> SecondFactorService:
    return SecondFactorService(session, settings, limiter, principal.user_id)


def provide_authenticator(session: AsyncSession, settings: Settings, principal: AnyPrincipal) -> AuthenticatorService:
    return AuthenticatorService(session, settings, principal.user_id)


def provide_passkeys(
    session: AsyncSession, settings: Settings, state: State, principal: AnyPrincipal
) -> PasskeyService:
    return PasskeyService(session, settings, state.challenges, principal.user_id, str(principal.credential_id))


def provide_second_step(
    session: AsyncSession, settings: Settings, limiter: RateLimiter, state: State, principal: AnyPrincipal
) -> SecondStepService:
    return SecondStepService(
        principal,
        provide_second_factors(session, settings, limiter, principal),
        provide_passkeys(session, settings, state, principal),
        SessionService(session, settings),
    )


def provide_step_up(
    session: AsyncSession, settings: Settings, limiter: RateLimiter, state: State, principal: AnyPrincipal
) -> StepUpService:
    return StepUpService(
        principal,
        provide_user_service(session, state),
        provide_second_factors(session, settings, limiter, principal),
        provide_passkeys(session, settings, state, principal),
        SessionService(session, settings),
        limiter,
    )
