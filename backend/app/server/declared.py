"""Deny by default: a route that does not say who may call it keeps the application from starting."""

from typing import Any, cast

from litestar import Litestar
from litestar.routes import HTTPRoute

from app.auth.guards import POLICIES
from app.config import Settings

# Of libraries, in development only: the API's own description, and the looks of SAQ's page.
_OPEN_IN_DEVELOPMENT = ("/schema", "/saq/static/")


class UndeclaredRouteError(Exception):
    """Somebody forgot a guard: `public("why")` is the one for routes that are open to everybody."""


def refuse_undeclared_routes(app: Litestar, settings: Settings) -> None:
    """Raise `UndeclaredRouteError` unless every handler names exactly one policy."""
    undeclared = sorted(path for path, handler in _handlers(app) if _count_policies(handler) != 1)
    if settings.is_development:
        undeclared = [path for path in undeclared if not path.startswith(_OPEN_IN_DEVELOPMENT)]
    if undeclared:
        raise UndeclaredRouteError(f"These routes need exactly one guard of app/auth/guards.py: {undeclared}")


def _handlers(app: Litestar) -> list[tuple[str, Any]]:
    """Every handler, WebSockets and mounted applications included; Litestar's own OPTIONS tell only the methods."""
    found: list[tuple[str, Any]] = []
    for route in app.routes:
        handlers = route.route_handlers if isinstance(route, HTTPRoute) else [route.route_handler]
        found += [(route.path, handler) for handler in handlers if handler.handler_name != "options_handler"]
    return found


def _count_policies(handler: Any) -> int:
    guards = cast("list[object]", handler.resolve_guards())
    return sum(isinstance(guard, POLICIES) for guard in guards)
