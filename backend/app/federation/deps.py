from typing import Any

from litestar import Request
from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.deps import provide_access_service
from app.auth.authentication import authenticate
from app.auth.caller import Principal
from app.auth.rate_limits import RateLimiter
from app.auth.services import SessionService
from app.config import Settings
from app.federation.attempts import AttemptService
from app.federation.linked_accounts import LinkedAccountService
from app.federation.services import FederationService, WhoIsSignedIn
from app.lib.problems import Unauthenticated
from app.users.deps import provide_user_service


def provide_federation_service(
    session: AsyncSession, state: State, settings: Settings, limiter: RateLimiter
) -> FederationService:
    return FederationService(
        session,
        state.providers,
        AttemptService(session, state.sessions, settings),
        provide_linked_account_service(session, state),
        provide_access_service(session, state, settings, limiter),
        provide_user_service(session, state),
        SessionService(session, settings),
        limiter,
    )


def provide_linked_account_service(session: AsyncSession, state: State) -> LinkedAccountService:
    return LinkedAccountService(session, state.providers, provide_user_service(session, state))


def provide_who_is_signed_in(request: Request[Any, Any, Any]) -> WhoIsSignedIn:
    """Asked late, so that no connection is held while the provider is."""

    async def who_is_signed_in() -> Principal | None:
        try:
            return await authenticate(request, request.route_handler)
        except Unauthenticated:
            return None

    return who_is_signed_in
