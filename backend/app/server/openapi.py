"""OpenAPI 3.1 with names a client can be generated from, and every refusal documented."""

from collections.abc import Iterable
from typing import Any, cast

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin, YamlRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIHeader,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Reference,
    Schema,
    Server,
)
from litestar.routes import HTTPRoute
from litestar.status_codes import HTTP_204_NO_CONTENT
from litestar.types import Method

from app.auth.guards import Public
from app.config import VERSION
from app.lib.problems import MEDIA_TYPE, Problem

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_DESCRIPTIONS = {
    400: "The request could not be understood",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    409: "Conflicts with the present state",
    413: "Too large",
    415: "Not JSON",
    422: "Some of the input is not valid; `errors` names the fields",
    429: "Too many requests; see Retry-After",
    503: "The database did not answer; see Retry-After",
}


HEADERS: dict[str, tuple[str, Schema]] = {
    "Retry-After": ("Seconds to wait", Schema(type=OpenAPIType.INTEGER, minimum=1)),
    "RateLimit-Policy": (
        "The limits it was counted under: quota `q` in a window of `w` seconds (draft-ietf-httpapi-ratelimit-headers-10)",
        Schema(type=OpenAPIType.STRING, examples=['"log-in:client";q=100;w=900']),
    ),
    "RateLimit": (
        "How they stand: what remains `r`, and in how many seconds `t` there will be more",
        Schema(type=OpenAPIType.STRING, examples=['"log-in:client";r=0;t=9']),
    ),
}


class DocumentedOperation(Operation):
    """Litestar's response specifications take no headers."""

    def __post_init__(self) -> None:
        refusal = (self.responses or {}).get("429")
        if isinstance(refusal, OpenAPIResponse):
            refusal.headers = {name: Reference(f"#/components/headers/{name}") for name in HEADERS}


def operation_id(handler: HTTPRouteHandler, _method: Method, _path: list[str | object]) -> str:
    """`list_customers` becomes `listCustomers`."""
    first, *rest = handler.handler_name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def openapi_config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Quittance",
        version=VERSION,
        description="Invoicing for small teams. Amounts are decimal strings; refusals are RFC 9457 problems.",
        path="/schema",
        render_plugins=[JsonRenderPlugin(path=["/openapi.json", "/"]), YamlRenderPlugin(path="/openapi.yaml")],
        operation_id_creator=operation_id,  # pyright: ignore[reportArgumentType] - Litestar types the path components as its own class
        components=Components(
            headers={
                name: OpenAPIHeader(description=description, schema=schema)
                for name, (description, schema) in HEADERS.items()
            }
        ),
        # A relative server would make generated clients call "//api/…".
        servers=[Server(url="http://localhost:8000")],
        use_handler_docstrings=True,
    )


def document_problems(app: Litestar) -> None:
    """Write onto each handler the refusals it can answer with."""
    for path, handler in http_handlers(app):
        documented = dict(handler.responses or {})
        if handler.status_code == HTTP_204_NO_CONTENT:
            # Litestar would promise a JSON `null` for `Response[None]`.
            documented[HTTP_204_NO_CONTENT] = ResponseSpec(None, generate_examples=False, description="Done")
        for status in _statuses_of(path, handler):
            documented.setdefault(
                status,
                ResponseSpec(
                    Problem, generate_examples=False, description=_DESCRIPTIONS[status], media_type=MEDIA_TYPE
                ),
            )
        handler.responses = documented
        handler.operation_class = DocumentedOperation


def http_handlers(app: Litestar) -> Iterable[tuple[str, HTTPRouteHandler]]:
    """Every path with each of its handlers, hidden ones included."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                yield route.path, handler


def _statuses_of(path: str, handler: HTTPRouteHandler) -> list[int]:
    is_public = any(isinstance(guard, Public) for guard in cast("Any", handler).resolve_guards())
    is_safe = set(handler.http_methods) <= _SAFE
    statuses = [400, 422, 429, 503]
    statuses += [] if is_public else [401]
    statuses += [] if is_public and is_safe else [403]
    statuses += [404] if "{" in path else []
    statuses += [] if is_safe else [409, 413, 415]
    return sorted(statuses)
