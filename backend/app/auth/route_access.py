"""What a route asks of its callers, read from its guard: for the API's description and for docs/permissions.md."""

from typing import Any, cast

import msgspec
from litestar.handlers import HTTPRouteHandler

from app.auth.caller import CredentialKind
from app.auth.guards import Identified, PlatformAdmin, Public, Requires, SignedIn
from app.auth.permissions import Permission


class RouteAccess(msgspec.Struct, frozen=True, kw_only=True):
    needs: str
    permission: Permission | None = None
    is_fresh: bool = False
    credentials: tuple[CredentialKind, ...] = ()

    @property
    def is_public(self) -> bool:
        return not self.credentials


class Route(msgspec.Struct, frozen=True, kw_only=True):
    method: str
    path: str
    operation: str
    access: RouteAccess


def access_of(handler: HTTPRouteHandler) -> RouteAccess | None:
    """Return what the handler declares about its callers; None for a library's, which declares nothing."""
    guards: list[object] = cast("Any", handler).resolve_guards()
    for guard in guards:
        match guard:
            case Public():
                return RouteAccess(needs=f"public: {guard.reason}")
            case Identified():
                return RouteAccess(
                    needs="signed in, if only half-way to the second step", credentials=_credentials(guard)
                )
            case SignedIn():
                return RouteAccess(needs="signed in", is_fresh=guard.is_fresh, credentials=_credentials(guard))
            case PlatformAdmin():
                return RouteAccess(needs="platform admin", is_fresh=guard.is_fresh, credentials=_credentials(guard))
            case Requires():
                return RouteAccess(
                    needs=f"`{guard.permission}`",
                    permission=guard.permission,
                    is_fresh=guard.is_fresh,
                    credentials=_credentials(guard),
                )
            case _:
                pass
    return None


def _credentials(guard: Identified | SignedIn | PlatformAdmin | Requires) -> tuple[CredentialKind, ...]:
    return (CredentialKind.SESSION,) if guard.is_browser_only else tuple(CredentialKind)
