"""Who may call a route. Every handler names one of these; the authorization matrix fails on one that does not."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from app.auth.caller import Caller
from app.auth.errors import MissingPermission
from app.auth.permissions import Permission
from app.auth.services import SessionService
from app.config import Settings
from app.db.request import request_session
from app.db.session import set_scope
from app.lib.problems import Unauthenticated

type Connection = ASGIConnection[Any, Any, Any, Any]


class Public:
    """Open to everybody; says why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        """Let everybody in."""


class SignedIn:
    """Open to whoever is signed in."""

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        await authenticate(connection)


class Requires:
    """Open to members whose role includes the permission."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        caller = await authenticate(connection)
        if self.permission not in caller.permissions:
            raise MissingPermission(f"Your role ({caller.role}) does not include {self.permission}.")


class PlatformAdmin:
    """Open to those who run the installation."""

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        caller = await authenticate(connection)
        if not caller.is_platform_admin:
            raise MissingPermission("Only platform administrators may open this.")


signed_in = SignedIn()
platform_admin = PlatformAdmin()
requires = Requires
public = Public


async def authenticate(connection: Connection) -> Caller:
    """Find the caller once per request, and give the request's transaction their scope."""
    settings: Settings = connection.app.state.settings
    token = connection.cookies.get(settings.session_cookie)
    if not token:
        raise Unauthenticated("Sign in to continue.")
    session = request_session(connection.scope)
    caller = await SessionService(session, settings).authenticate(token)
    if caller is None:
        raise Unauthenticated("Your session has ended. Sign in to continue; nothing was lost.")
    await connection.app.state.request_limiter.count_account(str(caller.user_id))
    set_scope(session, caller.scope)
    connection.scope["user"] = caller
    return caller
