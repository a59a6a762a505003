"""Control 28: a route that nobody gave a policy does not exist in a running application."""

from typing import Any

import msgspec
import pytest
from litestar import Litestar, WebSocket, asgi, get, head, websocket
from litestar.config.app import AppConfig
from litestar.plugins import InitPlugin
from litestar.types import Receive, Scope, Send

from app.auth.guards import public, signed_in
from app.config import Settings
from app.server.app import create_app
from app.server.declared import UndeclaredRouteError
from tests.auth.policies import endpoints
from tests.support.asgi import Call, send


@get("/api/forgotten")
async def forgotten() -> str:
    return "everybody's"


@get("/api/hidden", include_in_schema=False)
async def hidden() -> str:
    return "everybody's"


@head("/api/customers/count")
async def head_only() -> None:
    return None


@get("/api/undecided", guards=[signed_in, public("nobody knows")])
async def undecided() -> str:
    return "whose?"


@websocket("/api/socket")
async def socket(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept()


@asgi("/mounted", copy_scope=True)
async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
    return None


@get("/api/declared", guards=[public("it is a test")])
async def declared() -> str:
    return "everybody's"


class OneMore(InitPlugin):
    """As a library or a forgetful colleague would add a route."""

    def __init__(self, handler: object) -> None:
        self._handler = handler

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        app_config.route_handlers.append(self._handler)  # pyright: ignore[reportArgumentType] - any kind of handler
        return app_config


@pytest.mark.parametrize("environment", ["development", "production"])
def test_control_28_an_application_with_undeclared_routes_does_not_start(settings: Settings, environment: str) -> None:
    configured = msgspec.structs.replace(settings, environment=environment)
    undeclared = [forgotten, hidden, head_only, undecided, socket, mounted]

    with pytest.raises(UndeclaredRouteError) as refused:
        create_app(configured, plugins=[OneMore(handler) for handler in undeclared])

    for path in ("forgotten", "hidden", "customers/count", "undecided", "socket"):
        assert f"'/api/{path}'" in str(refused.value)
    assert "'/mounted'" in str(refused.value)


@pytest.mark.parametrize("handler", [forgotten, undecided], ids=["none", "two"])
def test_control_28_not_even_with_one(settings: Settings, handler: object) -> None:
    with pytest.raises(UndeclaredRouteError):
        create_app(settings, plugins=[OneMore(handler)])


def test_control_28_one_with_a_declared_route_more_does(settings: Settings) -> None:
    app = create_app(settings, plugins=[OneMore(declared)])

    assert "/api/declared" in {route.path for route in app.routes}


def test_control_28_the_matrix_would_not_take_an_undeclared_route_for_a_declared_one() -> None:
    found = {endpoint.path: endpoint.policy for endpoint in endpoints(Litestar([forgotten, hidden, undecided]))}

    assert {path: policy for path, policy in found.items() if path.startswith("/api")} == {
        "/api/forgotten": None,
        "/api/hidden": None,
        "/api/undecided": None,
    }


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "CONNECT", "QUERY"])
async def test_control_28_no_other_method_goes_round_the_guards(app: Litestar, method: str) -> None:
    """Libraries like to leave HEAD and OPTIONS unguarded; here they tell the methods, and nothing else."""
    reached: list[str] = []
    for endpoint in endpoints(app):
        if endpoint.policy is None or endpoint.is_public or endpoint.method == method:
            continue
        answer = await send(app, Call(method=method, path=endpoint.url({})), {})
        is_only_methods = answer.status_code == 204 and not answer.content and "allow" in answer.headers
        if not is_only_methods and answer.status_code not in {401, 404, 405}:
            reached.append(f"{method} {endpoint.path}: {answer.status_code} {answer.text[:100]}")

    assert reached == []
