"""Who may call a route. Every handler names one of these; the authorization matrix fails on one that does not."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from app.auth.caller import Caller
from app.auth.errors import CrossSiteRequest, MissingPermission
from app.auth.permissions import Permission
from app.auth.services import SessionService
from app.config import Settings
from app.db.request import request_session
from app.db.session import set_scope
from app.lib.problems import Unauthenticated

type Connection = ASGIConnection[Any, Any, Any, Any]

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CLIENT_HEADER = "x-requested-with"
CLIENT_NAME = "quittance"


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
    set_scope(session, caller.scope)
    connection.scope["user"] = caller
    return caller


def refuse_cross_site(connection: Connection, _handler: BaseRouteHandler) -> None:
    """Unsafe methods need the browser's own word that our page sent them, and a header no form can set."""
    if connection.scope.get("method") in _SAFE_METHODS:
        return
    settings: Settings = connection.app.state.settings
    site = connection.headers.get("sec-fetch-site")
    is_same_origin = site == "same-origin" if site else connection.headers.get("origin") in settings.allowed_origins
    if not is_same_origin:
        raise CrossSiteRequest("Send it from the product's own pages: Sec-Fetch-Site or Origin must name this site.")
    if connection.headers.get(CLIENT_HEADER) != CLIENT_NAME:
        raise CrossSiteRequest(f"The header X-Requested-With: {CLIENT_NAME} is missing.")
