"""Idempotency-Key: whoever got no answer to a POST may send it again, and it takes effect once.

Effect and answer are committed together, so no crash can come between them: either both are there, or the request may be carried out.
"""

import re
from typing import Any, cast

import asyncpg
import sqlalchemy.exc
from litestar import Request, Response
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Caller
from app.auth.guards import Requires
from app.auth.idempotency import Answer, IdempotencyRepository, RepeatableRequest
from app.config import Settings
from app.db.request import request_session
from app.db.session import commit
from app.lib.problems import InvalidInput
from app.server.headers import SECURITY_HEADERS
from app.server.problems import on_database_error

HEADER = "Idempotency-Replayed"
_KEY = "quittance.repeatable_request"
_WELL_FORMED = re.compile(r"[\x21-\x7e]{1,255}")

type AnyRequest = Request[Any, Any, Any]


class AnsweredBefore(Exception):
    """Ends a request whose effect is there already."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__("answered before")


async def begin_repeatable(request: AnyRequest, session: AsyncSession, settings: Settings) -> bool:
    """Return whether `IdempotentAnswers` will commit; raise `AnsweredBefore` when the request was carried out earlier."""
    keys = request.headers.getall("idempotency-key", [])
    caller: object = request.scope["user"] if "user" in request.scope else None  # noqa: SIM401 - the type of `get` is unknown
    if not keys or request.method != "POST" or not isinstance(caller, Caller) or not _keeps_answers(request):
        return False
    if len(keys) != 1 or not _WELL_FORMED.fullmatch(keys[0]):
        raise InvalidInput("Idempotency-Key", "Send one key of 1 to 255 visible ASCII characters, for example a UUID.")
    url = request.url
    sent = b"\n".join((url.path.encode(), url.query.encode(), await request.body()))
    repository = IdempotencyRepository(session, caller.team_id)
    repeatable = RepeatableRequest(repository, caller, settings, key=keys[0], request=sent)
    if (answer := await repeatable.earlier_answer()) is not None:
        raise AnsweredBefore(answer)
    request.scope["state"][_KEY] = repeatable
    return True


def _keeps_answers(request: AnyRequest) -> bool:
    """What makes credentials asks for a fresh proof, and its answer is shown once and never kept."""
    guards: list[object] = cast("Any", request.route_handler).resolve_guards()
    return any(isinstance(guard, Requires) and not guard.is_fresh for guard in guards)


def answer_again(_request: AnyRequest, error: AnsweredBefore) -> Response[bytes]:
    answer = error.answer
    headers = {**SECURITY_HEADERS, "Cache-Control": "no-store", HEADER: "true"}
    return Response(answer.body, status_code=answer.status, media_type=answer.media_type, headers=headers)


class IdempotentAnswers:
    """ASGI middleware: holds the answer of a repeatable request back until it is committed together with the effect."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        held: list[Message] = []

        async def send_after_commit(message: Message) -> None:
            repeatable: RepeatableRequest | None = scope["state"].get(_KEY)
            if repeatable is None:
                await send(message)
                return
            held.append(message)
            if message["type"] != "http.response.body" or message.get("more_body"):
                return
            del scope["state"][_KEY]
            try:
                await _commit(scope, repeatable, held)
            except (sqlalchemy.exc.SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
                request: AnyRequest = Request(scope)
                refusal = cast("Any", on_database_error(request, error)).to_asgi_response(None, request)
                await refusal(scope, receive, send)
                return
            for each in held:
                await send(each)

        await self._app(scope, receive, send_after_commit)


async def _commit(scope: HTTPScope, repeatable: RepeatableRequest, held: list[Message]) -> None:
    """A refusal leaves the key free; its transaction is rolled back when the answer leaves."""
    start, body = cast("Any", held[0]), b"".join(cast("Any", each).get("body", b"") for each in held[1:])
    if start["status"] >= 400:
        return
    media_type = dict(start["headers"]).get(b"content-type", b"").decode()
    repeatable.keep(Answer(start["status"], media_type, body))
    await commit(request_session(scope))
