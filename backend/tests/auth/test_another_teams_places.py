"""What another team holds besides ids: the places in its lists (cursors) and in its events (Last-Event-ID), and its mail."""

from uuid import UUID

import msgspec
import pytest
from litestar.params import HeaderParameter
from sqlalchemy import select, text

from app.config import load_settings
from app.db.session import transaction
from app.db.tenancy import SET_SCOPE, scope_parameters
from app.events import controllers
from app.lib.pagination import decode_cursor, encode_cursor
from app.models import MailboxAttachment, MailboxMessage
from app.server.app import create_app
from tests.auth import rules
from tests.auth.identities import IDENTITIES, Side
from tests.auth.policies import Endpoint, endpoints
from tests.auth.world import CANARY, World
from tests.support.asgi import Call
from tests.support.jobs import run_waiting
from tests.support.reading import readable, readable_content

_ENDPOINTS = list(endpoints(create_app(load_settings({"APP_ENV": "testing"}))))
_LISTS = [endpoint for endpoint in _ENDPOINTS if endpoint.has_cursor and rules.strangers_at(endpoint)]
_STREAM = next(endpoint for endpoint in _ENDPOINTS if endpoint.name == "stream_events")
_OWNER = next(identity for identity in IDENTITIES if identity.name == "owner")


def test_no_header_but_that_of_the_stream_says_where_to_go_on() -> None:
    """One that is new needs a test here; an Idempotency-Key is nobody else's by tests/server/test_idempotency.py."""
    taken = {
        (endpoint.name, definition.kwarg_definition.name)
        for endpoint in _ENDPOINTS
        for definition in endpoint.handler.parsed_fn_signature.parameters.values()
        if isinstance(definition.kwarg_definition, HeaderParameter)
    }

    assert taken == {("stream_events", "Last-Event-ID")}


@pytest.mark.parametrize("endpoint", _LISTS, ids=lambda endpoint: endpoint.id)
async def test_control_29_another_teams_cursor_turns_to_the_page_that_nobodys_cursor_turns_to(
    endpoint: Endpoint, world: World
) -> None:
    async with world.untouched():
        first_page = await world.call(_OWNER, Call(method="GET", path=endpoint.path, query={"limit": "1"}))
        theirs = first_page.json()["next_cursor"]
        value, row_id = msgspec.structs.astuple(decode_cursor(theirs))
        nobodys = encode_cursor(value, UUID(int=row_id.int ^ 1))

        for identity in rules.strangers_at(endpoint):
            aimed, unknown = [
                await world.call(identity, Call(method="GET", path=endpoint.path, query={"cursor": cursor}))
                for cursor in (theirs, nobodys)
            ]
            assert (aimed.status_code, aimed.text) == (200, unknown.text), identity.name
            assert CANARY not in readable(aimed), identity.name


async def test_control_29_a_stream_that_resumes_at_another_teams_event_tells_ones_own_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controllers, "STREAM_SECONDS", 0.05)
    theirs, own = [await _event_ids(world, side) for side in (Side.AIMED_AT, Side.OTHER)]

    for identity in rules.strangers_at(_STREAM):
        for last_event_id in (theirs[0] - 1, theirs[0], theirs[-1]):
            headers = {"Last-Event-ID": str(last_event_id)}
            async with world.untouched():
                answer = await world.call(identity, Call(method="GET", path=_STREAM.path, headers=headers))
            told = {int(line.removeprefix("id: ")) for line in answer.text.splitlines() if line.startswith("id: ")}
            assert {each for each in own if each > last_event_id} <= told <= set(own), identity.name
            assert CANARY not in readable(answer), identity.name


async def test_control_29_no_mail_of_one_team_shows_the_other(locked_world: World) -> None:
    async with locked_world.untouched():
        for side in Side:
            await run_waiting(locked_world.sessions, locked_world.settings, team_id=locked_world.owners[side].team_id)
        async with transaction(locked_world.sessions) as session:
            sent = (await session.scalars(select(MailboxMessage))).all()
            rows = await session.execute(select(MailboxAttachment.mailbox_message_id, MailboxAttachment.content))
            enclosed = [(message_id, readable_content(content)) for message_id, content in rows]
    letters = {
        message.id: f"{message.sender}\n{message.recipient}\n{message.subject}\n{message.text}\n{message.html}"
        for message in sent
    }
    for message_id, content in enclosed:
        letters[message_id] += content

    of_strangers = [letter for letter in letters.values() if "strangers" in letter]
    assert len([letter for letter in letters.values() if CANARY in letter]) >= 2  # an invoice and an invitation
    assert len(of_strangers) >= 2
    assert [letter for letter in of_strangers if CANARY in letter] == []


async def _event_ids(world: World, side: Side) -> list[int]:
    person = world.owners[side]
    async with world.untouched():
        await world.connection.execute(SET_SCOPE, scope_parameters(person.scope))
        statement = text("SELECT id FROM team_events WHERE team_id = :team ORDER BY id")
        return list((await world.connection.scalars(statement, {"team": person.team_id})).all())
