from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.email_changes import EmailChangeService
from app.accounts.exports import ExportService
from app.accounts.leaving import DeletionService
from app.accounts.links import Links
from app.accounts.passwords import PasswordService
from app.accounts.services import OwnSessionService
from app.accounts.signing_up import SignUpService
from app.auth.caller import AnyPrincipal
from app.auth.rate_limits import RateLimiter
from app.auth.services import SessionService
from app.config import Settings
from app.users.deps import provide_user_service


def provide_sign_up_service(
    session: AsyncSession, state: State, settings: Settings, limiter: RateLimiter
) -> SignUpService:
    return SignUpService(
        session,
        users=provide_user_service(session, state),
        passwords=state.passwords,
        browser_sessions=SessionService(session, settings),
        links=Links(session, settings),
        limiter=limiter,
    )


def provide_password_service(
    session: AsyncSession, state: State, settings: Settings, limiter: RateLimiter
) -> PasswordService:
    return PasswordService(
        session,
        users=provide_user_service(session, state),
        passwords=state.passwords,
        browser_sessions=SessionService(session, settings),
        links=Links(session, settings),
        limiter=limiter,
    )


def provide_email_change_service(
    session: AsyncSession, state: State, settings: Settings, limiter: RateLimiter
) -> EmailChangeService:
    return EmailChangeService(
        session, users=provide_user_service(session, state), links=Links(session, settings), limiter=limiter
    )


def provide_own_session_service(
    session: AsyncSession, principal: AnyPrincipal, settings: Settings
) -> OwnSessionService:
    return OwnSessionService(session, principal, SessionService(session, settings), settings)


def provide_export_service(session: AsyncSession, principal: AnyPrincipal, limiter: RateLimiter) -> ExportService:
    return ExportService(session, principal, limiter)


def provide_deletion_service(
    session: AsyncSession, principal: AnyPrincipal, state: State, settings: Settings
) -> DeletionService:
    return DeletionService(
        session,
        principal,
        users=provide_user_service(session, state),
        browser_sessions=SessionService(session, settings),
        links=Links(session, settings),
    )
