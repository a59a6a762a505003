"""From exceptions to RFC 9457 problems: one place, and no driver's text ever leaves it."""

import re
from collections.abc import Callable
from typing import Any, cast

import asyncpg
import msgspec
import sqlalchemy.exc
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ASGIApp, Scope

from app.lib.problems import MEDIA_TYPE, TYPE_PREFIX, AppError, FieldError, InvalidInput, Problem, ServiceUnavailable
from app.lib.tracing import current_span
from app.server.headers import SECURITY_HEADERS, transport_security

log = structlog.get_logger()

type AnyRequest = Request[Any, Any, Any]

_LITESTAR_STATUSES = {
    400: ("bad-request", "The request could not be understood"),
    401: ("unauthenticated", "You are not signed in"),
    403: ("forbidden", "You are not allowed to do this"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "This address does not take that method"),
    413: ("too-large", "The request is too large"),
    415: ("unsupported-media-type", "This media type is not accepted"),
    429: ("too-many-requests", "Too many requests"),
}
# PostgreSQL says these when another transaction was in the way, or a statement took too long: trying again helps.
_TRANSIENT = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.TooManyConnectionsError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.InterfaceError,
)
_NAMED_FIELD = re.compile(r"(?:missing required|contains unknown) field `([^`]+)`")
_AT_PATH = re.compile(r"^(?P<detail>.*?)(?: - at `\$?(?P<path>[^`]*)`)?$", re.DOTALL)


def respond(
    problem: Problem, *, retry_after_seconds: int | None = None, headers: dict[str, str] | None = None
) -> Response[bytes]:
    if (span := current_span()) is not None:
        span.say({"quittance.problem": problem.type})
    all_headers = {**SECURITY_HEADERS, "Cache-Control": "no-store", **(headers or {})}
    if retry_after_seconds is not None:
        all_headers["Retry-After"] = str(retry_after_seconds)
    return Response(
        msgspec.json.encode(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=all_headers
    )


def on_app_error(request: AnyRequest, error: AppError) -> Response[bytes]:
    problem = error.to_problem(request.url.path)
    return respond(problem, retry_after_seconds=error.retry_after_seconds, headers=error.headers)


def answer_at_once(error: AppError, scope: Scope) -> ASGIApp:
    """What middleware answers: exception handlers answer past the middleware that is further out, its headers and its log."""
    request: AnyRequest = Request(scope)
    return cast("Any", on_app_error(request, error)).to_asgi_response(None, request)


def on_validation_error(request: AnyRequest, error: ValidationException) -> Response[bytes]:
    """Litestar answers 400; malformed input is 422 here, with the path of each field."""
    faults = cast("list[dict[str, Any]]", error.extra) if isinstance(error.extra, list) else []
    errors = [_field_error(request, fault) for fault in faults]
    title = InvalidInput.title
    problem = Problem(
        type=TYPE_PREFIX + InvalidInput.slug,
        title=title,
        status=422,
        detail=f"{title}.",
        instance=request.url.path,
        errors=errors or [FieldError(path="", detail=error.detail)],
    )
    return respond(problem)


def _field_error(request: AnyRequest, fault: dict[str, Any]) -> FieldError:
    key, message = str(fault.get("key", "")), str(fault.get("message", ""))
    if fault.get("source") != "body" and not key.startswith("data"):
        return FieldError(path=_name_outside(request, key), detail=message.partition(" - at `")[0])
    if message == "'data'":
        return FieldError(path="", detail="A JSON body is required.")
    matched = _AT_PATH.match(message)
    detail, path = (matched["detail"], matched["path"] or "") if matched else (message, "")
    path = path.lstrip(".") or key.removeprefix("data").lstrip(".")
    named = _NAMED_FIELD.search(detail)
    if named:
        path = f"{path}.{named[1]}" if path else named[1]
    return FieldError(path=path, detail=detail)


def _name_outside(request: AnyRequest, name: str) -> str:
    """A query parameter or header may be called otherwise than the handler's, or its dependency's, argument."""
    handler = request.route_handler
    signatures = (
        handler.parsed_fn_signature,
        *(each.parsed_fn_signature for each in handler.resolve_dependencies().values()),
    )
    parameter = next((each.parameters[name] for each in signatures if name in each.parameters), None)
    definition = parameter.kwarg_definition if parameter else None
    outside = (
        getattr(definition, "query", None) or getattr(definition, "header", None) or getattr(definition, "name", None)
    )
    return outside or name


def on_http_exception(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    slug, title = _LITESTAR_STATUSES.get(error.status_code, ("error", "The request failed"))
    detail = error.detail if error.status_code < 500 else title
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() in {"allow", "retry-after"}}
    return respond(
        Problem(
            type=TYPE_PREFIX + slug, title=title, status=error.status_code, detail=detail, instance=request.url.path
        ),
        # The router refuses before any middleware runs.
        headers={**transport_security(request.app.state.settings), **headers},
    )


def on_database_error(request: AnyRequest, error: Exception) -> Response[bytes]:
    original = getattr(getattr(error, "orig", None), "__cause__", None) or error
    if isinstance(original, OSError) and original.filename is not None:
        return on_unexpected_error(request, error)  # a file of ours, not the database's socket
    is_away = isinstance(original, (*_TRANSIENT, OSError)) or isinstance(error, sqlalchemy.exc.TimeoutError)
    if is_away or getattr(error, "connection_invalidated", False):
        log.warning("database unavailable", error=type(original).__name__)
        return on_app_error(
            request,
            ServiceUnavailable(
                "The database did not answer in time. Nothing was changed; please try again.", retry_after_seconds=5
            ),
        )
    return on_unexpected_error(request, error)


def on_unexpected_error(request: AnyRequest, error: Exception) -> Response[bytes]:
    log.error("unexpected error", path=request.url.path, exc_info=error)
    if (span := current_span()) is not None:
        span.fail(type(error).__qualname__)
    return respond(
        Problem(
            type=TYPE_PREFIX + "internal-error",
            title="Something went wrong on our side",
            status=500,
            detail="The request was not carried out and nothing was changed. The error has been logged.",
            instance=request.url.path,
        )
    )


EXCEPTION_HANDLERS: dict[int | type[Exception], Callable[..., Response[bytes]]] = {
    AppError: on_app_error,
    ValidationException: on_validation_error,
    HTTPException: on_http_exception,
    sqlalchemy.exc.SQLAlchemyError: on_database_error,
    asyncpg.PostgresError: on_database_error,
    asyncpg.InterfaceError: on_database_error,
    OSError: on_database_error,
    Exception: on_unexpected_error,
}
