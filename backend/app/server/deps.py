"""What every handler may ask for by name."""

from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import Scope
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import AnyPrincipal, Caller, Principal
from app.auth.client import ClientInfo, client_info
from app.auth.errors import NoTeam
from app.auth.rate_limits import RateLimiter
from app.config import Settings
from app.db.request import request_session
from app.db.session import commit
from app.lib.problems import Unauthenticated
from app.server.idempotency import begin_repeatable


async def provide_session(
    scope: Scope, request: Request[Any, Any, Any], settings: Settings
) -> AsyncGenerator[AsyncSession]:
    """The request's transaction, committed before the answer leaves: a failed COMMIT is a 5xx, never a 2xx."""
    session = request_session(scope)
    is_committed_with_answer = await begin_repeatable(request, session, settings)
    yield session
    if not is_committed_with_answer:
        await commit(session)


def provide_principal(scope: Scope, session: AsyncSession) -> Principal:  # noqa: ARG001 - its commit keeps when they were last seen
    """Whoever is signed in, in a team or not."""
    principal: object = scope["user"] if "user" in scope else None  # noqa: SIM401 - the type of `get` is unknown
    if not isinstance(principal, Principal):
        raise Unauthenticated("Sign in to continue.")
    return principal


def provide_caller(principal: AnyPrincipal) -> Caller:
    """Whoever is signed in, in their team."""
    if not isinstance(principal, Caller):
        raise NoTeam("Choose a team, accept an invitation or create a team of your own.")
    return principal


def provide_settings(state: State) -> Settings:
    return state.settings


def provide_limiter(state: State) -> RateLimiter:
    return state.limiter


def provide_client(request: Request[Any, Any, Any], settings: Settings) -> ClientInfo:
    return client_info(request, settings)


DEPENDENCIES: dict[str, Provide] = {
    "session": Provide(provide_session),
    "principal": Provide(provide_principal, sync_to_thread=False),
    "caller": Provide(provide_caller, sync_to_thread=False),
    "settings": Provide(provide_settings, sync_to_thread=False),
    "limiter": Provide(provide_limiter, sync_to_thread=False),
    "client": Provide(provide_client, sync_to_thread=False),
}
