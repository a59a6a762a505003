"""From a request to who sent it: one credential, looked up once, and the transaction scoped to what it may see."""

from typing import Any

import structlog
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from app.auth.caller import Principal
from app.auth.client import client_info
from app.auth.services import SessionService
from app.config import Settings
from app.db.audit import RequestFacts, current_facts
from app.db.request import request_session
from app.db.session import set_scope
from app.lib.problems import Unauthenticated

type Connection = ASGIConnection[Any, Any, Any, Any]


def request_facts(connection: Connection, handler: BaseRouteHandler) -> RequestFacts:
    """What the audit log says of this request."""
    known = structlog.contextvars.get_contextvars()
    return RequestFacts(
        action=handler.handler_name,
        request_id=known.get("request_id"),
        trace_id=known.get("trace_id"),
        ip_address=client_info(connection, connection.app.state.settings).ip_address,
    )


async def authenticate(connection: Connection, handler: BaseRouteHandler) -> Principal:
    """Find out who is calling, and give the request's transaction their scope; raise `Unauthenticated`."""
    settings: Settings = connection.app.state.settings
    token = connection.cookies.get(settings.session_cookie)
    if not token:
        raise Unauthenticated("Sign in to continue.")
    facts = request_facts(connection, handler)
    session = request_session(connection.scope)
    principal = await SessionService(session, settings).authenticate(token, facts)
    if principal is None:
        raise Unauthenticated("Your session has ended. Sign in to continue; nothing was lost.")
    await connection.app.state.request_limiter.count_account(str(principal.user_id))
    # Only now: before, the session's first statement would have been one more round trip to say the same.
    current_facts.set(facts)
    set_scope(session, principal.scope)
    connection.scope["user"] = principal
    structlog.contextvars.bind_contextvars(user_id=str(principal.user_id))
    return principal
