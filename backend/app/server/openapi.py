"""OpenAPI 3.1 with names a client can be generated from, and every refusal documented."""

from collections.abc import Iterable
from dataclasses import dataclass

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
    SecurityRequirement,
    SecurityScheme,
    Server,
)
from litestar.routes import HTTPRoute
from litestar.status_codes import HTTP_204_NO_CONTENT, HTTP_403_FORBIDDEN
from litestar.types import Method

from app.auth.api_keys import PREFIX
from app.auth.caller import CredentialKind
from app.auth.route_access import Route, RouteAccess, access_of
from app.config import VERSION, Settings
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
# What a handler with `is_fresh` refuses besides.
_STEP_UP = "; `step-up-required` where the person's last proof of identity is older than ten minutes"

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


SCHEMES: dict[CredentialKind, str] = {
    CredentialKind.SESSION: "sessionCookie",
    CredentialKind.API_KEY: "apiKey",
    CredentialKind.ACCESS_TOKEN: "accessToken",
}


@dataclass
class DocumentedOperation(Operation):
    """Litestar's response specifications take no headers, and it leaves out an empty list of what a caller must show."""

    def __post_init__(self) -> None:
        self.security = self.security or []
        refusal = (self.responses or {}).get("429")
        if isinstance(refusal, OpenAPIResponse):
            refusal.headers = {name: Reference(f"#/components/headers/{name}") for name in HEADERS}


def operation_id(handler: HTTPRouteHandler, _method: Method, _path: list[str | object]) -> str:
    """`list_customers` becomes `listCustomers`."""
    first, *rest = handler.handler_name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _security_schemes(settings: Settings) -> dict[str, SecurityScheme]:
    return {
        SCHEMES[CredentialKind.SESSION]: SecurityScheme(
            type="apiKey",
            name=settings.session_cookie,
            security_scheme_in="cookie",
            description="A browser's session. It may do what its person's role includes; what changes something also "
            "needs the header `X-Requested-With: quittance`. Served over HTTPS, the name begins with `__Host-`.",
        ),
        SCHEMES[CredentialKind.API_KEY]: SecurityScheme(
            type="http",
            scheme="bearer",
            bearer_format=f"{PREFIX}…",
            description="An API key of a team. It may do what its scopes and its person's role both include.",
        ),
        SCHEMES[CredentialKind.ACCESS_TOKEN]: SecurityScheme(
            type="http",
            scheme="bearer",
            bearer_format="JWT",
            description="An access token from `/api/auth/token`. It may do what its scopes and its person's role both include.",
        ),
    }


def openapi_config(settings: Settings) -> OpenAPIConfig:
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
            },
            security_schemes={**_security_schemes(settings)},
        ),
        # A relative server would make generated clients call "//api/…".
        servers=[Server(url="http://localhost:8000")],
        use_handler_docstrings=True,
    )


def document_access(app: Litestar) -> None:
    """Write onto each handler who may call it, and the refusals it can answer with."""
    for path, handler in http_handlers(app):
        if (access := access_of(handler)) is None:
            continue  # a library's own page, which is not described here
        handler.security = _security_of(access)
        documented = dict(handler.responses or {})
        if handler.status_code == HTTP_204_NO_CONTENT:
            # Litestar would promise a JSON `null` for `Response[None]`.
            documented[HTTP_204_NO_CONTENT] = ResponseSpec(None, generate_examples=False, description="Done")
        for status in _statuses_of(path, handler, access):
            description = _DESCRIPTIONS[status] + (_STEP_UP if status == HTTP_403_FORBIDDEN and access.is_fresh else "")
            documented.setdefault(
                status,
                ResponseSpec(Problem, generate_examples=False, description=description, media_type=MEDIA_TYPE),
            )
        handler.responses = documented
        handler.operation_class = DocumentedOperation


def http_handlers(app: Litestar) -> Iterable[tuple[str, HTTPRouteHandler]]:
    """Every path with each of its handlers, hidden ones included."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                yield route.path, handler


def routes_of(app: Litestar) -> Iterable[Route]:
    """Every route that declares who may call it, as docs/permissions.md lists them."""
    for path, handler in http_handlers(app):
        access = access_of(handler)
        # Litestar's own answer to OPTIONS tells the allowed methods and nothing else.
        if access is not None and handler.handler_name != "options_handler":
            for method in handler.http_methods:
                yield Route(method=str(method), path=path, operation=operation_id(handler, method, []), access=access)


def _security_of(access: RouteAccess) -> list[SecurityRequirement]:
    """One of them is needed; the permission is a scope of keys and tokens, and for a session part of its person's role."""
    needed = [str(access.permission)] if access.permission else []
    return [{SCHEMES[credential]: needed} for credential in access.credentials]


def _statuses_of(path: str, handler: HTTPRouteHandler, access: RouteAccess) -> list[int]:
    is_public = access.is_public
    is_safe = set(handler.http_methods) <= _SAFE
    statuses = [400, 422, 429, 503]
    statuses += [] if is_public else [401]
    statuses += [] if is_public and is_safe else [403]
    statuses += [404] if "{" in path else []
    statuses += [] if is_safe else [409, 413, 415]
    return sorted(statuses)
