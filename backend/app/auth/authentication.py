"""From a request to who sent it: one credential, looked up once, and the transaction scoped to what it may see."""

from typing import Any

import msgspec
import structlog
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from app.auth.access_tokens import AccessClaims, AccessTokens
from app.auth.api_keys import PREFIX, api_key_hash, is_well_formed, public_id_of
from app.auth.caller import Caller, CredentialKind, Principal
from app.auth.client import client_info
from app.auth.credentials import CredentialRepository
from app.auth.errors import InvalidToken
from app.auth.services import SessionService
from app.config import Settings
from app.db.audit import RequestFacts, current_facts
from app.db.request import request_session
from app.db.session import set_scope
from app.lib import clock
from app.lib.problems import Unauthenticated

log = structlog.get_logger("quittance.security")

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
    facts = request_facts(connection, handler)
    authorization = connection.headers.get("authorization")
    if authorization is not None:
        principal = await _by_authorization(authorization, connection, facts)
    else:
        principal = await _by_cookie(connection, facts)
    is_program = principal.credential is CredentialKind.API_KEY
    await connection.app.state.request_limiter.count_account(
        str(principal.credential_id if is_program else principal.user_id)
    )
    # Only now: before, the session's first statement would have been one more round trip to say the same.
    current_facts.set(facts)
    set_scope(request_session(connection.scope), principal.scope)
    connection.scope["user"] = principal
    team = {"team_id": str(principal.team_id)} if isinstance(principal, Caller) else {}
    structlog.contextvars.bind_contextvars(user_id=str(principal.user_id), **team)
    return principal


async def _by_cookie(connection: Connection, facts: RequestFacts) -> Principal:
    settings: Settings = connection.app.state.settings
    token = connection.cookies.get(settings.session_cookie)
    if not token:
        raise Unauthenticated("Sign in to continue.")
    principal = await SessionService(request_session(connection.scope), settings).authenticate(token, facts)
    if principal is None:
        raise Unauthenticated("Your session has ended. Sign in to continue; nothing was lost.")
    return principal


async def _by_authorization(authorization: str, connection: Connection, facts: RequestFacts) -> Principal:
    scheme, _, credential = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("Send the header Authorization: Bearer with an API key or an access token.")
    credential = credential.strip()
    if credential.startswith(PREFIX):
        return await _by_api_key(credential, connection, facts)
    return await _by_access_token(credential, connection, facts)


async def _by_api_key(key: str, connection: Connection, facts: RequestFacts) -> Principal:
    settings: Settings = connection.app.state.settings
    principal = None
    if is_well_formed(key):
        credentials = CredentialRepository(request_session(connection.scope))
        key_hash = api_key_hash(key, settings.secret_key)
        principal = await credentials.authenticate_api_key(key_hash, now=clock.now(), facts=facts)
    if principal is None:
        log.warning("API key refused", public_id=public_id_of(key), ip_address=facts.ip_address)
        raise InvalidToken("This API key is unknown, has expired, or was revoked.")
    return principal


async def _by_access_token(token: str, connection: Connection, facts: RequestFacts) -> Principal:
    access_tokens: AccessTokens = connection.app.state.access_tokens
    # Before the request's own connection is taken: it may have to read the signing keys.
    claims = await access_tokens.verify(token)
    principal = None
    if claims is not None:
        credentials = CredentialRepository(request_session(connection.scope))
        principal = await credentials.authenticate_access_token(claims.sid, now=clock.now(), facts=facts)
    if claims is None or not isinstance(principal, Caller) or not _fits(claims, principal):
        log.warning("access token refused", ip_address=facts.ip_address)
        raise InvalidToken("This access token is not valid, has expired, or its client was disconnected.")
    return msgspec.structs.replace(principal, scopes=claims.scopes)


def _fits(claims: AccessClaims, caller: Caller) -> bool:
    """Whether the token says of its session what the session says of itself; it may ask for less."""
    return (claims.sub, claims.team) == (caller.user_id, caller.team_id) and claims.scopes <= (
        caller.scopes or frozenset()
    )
