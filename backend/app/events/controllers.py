import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated

import msgspec
from litestar import Controller, get
from litestar.datastructures import State
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from app.auth.caller import Caller
from app.auth.credentials import CredentialRepository
from app.auth.guards import requires
from app.auth.permissions import Permission
from app.db.session import SessionFactory, transaction
from app.events.hub import EventHub, JobsChange
from app.events.repositories import REPLAY_PAGE, EventRepository
from app.events.schemas import TeamEvent
from app.lib import clock

# Some hosts cut a request at 120 s: ending first lets the browser resume without an error.
STREAM_SECONDS = 100.0
HEARTBEAT_SECONDS = 15.0
RECONNECT_MILLISECONDS = 1000
# Named, so that it is no message of the team's own; without an id, so that no stream resumes from it.
JOBS_CHANGED = ServerSentEventMessage(event="jobs.changed", data="{}")


class EventController(Controller):
    path = "/events"
    tags = ("Live",)

    @get(
        "/",
        guards=[requires(Permission.INVOICES_READ)],
        media_type="text/event-stream",
        responses={
            200: ResponseSpec(
                TeamEvent, generate_examples=False, description="A stream of events", media_type="text/event-stream"
            )
        },
    )
    async def stream_events(
        self,
        caller: Caller,
        state: State,
        last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID")] = None,
    ) -> ServerSentEvent:
        """What happens in your team, as it happens; resumes after `Last-Event-ID`.

        Whoever may see jobs is also told by events named `jobs.changed`, without data, that some of them changed.
        """
        hub: EventHub = state.event_hub
        hub.refuse_one_too_many(caller.credential_id)  # here, because the stream itself starts after the status is sent
        events = _events(hub, state.sessions, caller, _parse_id(last_event_id))
        # no-transform: a proxy that compresses would hold the stream back to its end.
        return ServerSentEvent(events, headers={"Cache-Control": "no-cache, no-transform"})


def _parse_id(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


async def _events(
    hub: EventHub, sessions: SessionFactory, caller: Caller, last_event_id: int | None
) -> AsyncGenerator[ServerSentEventMessage]:
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + STREAM_SECONDS
    # Before anything is read: what is committed from here on arrives, if need be twice.
    sees_jobs = Permission.JOBS_READ in caller.permissions
    subscription = hub.subscribe(caller.team_id, caller.credential_id, caller.user_id, sees_jobs=sees_jobs)
    try:
        async with transaction(sessions, caller.scope) as session:
            if not await CredentialRepository(session).is_live(caller, now=clock.now()):
                return  # signed out, or revoked, while the stream was opening
            if not await EventRepository(session, caller.team_id).has_reader(caller.user_id):
                return  # removed from the team while the stream was opening
            # A browser resumes from the last id it was told: without one, what happens while it reconnects would be lost.
            newest_id = await EventRepository(session, caller.team_id).newest_id() if last_event_id is None else None
        opening_id = None if last_event_id is not None else newest_id or 0
        yield ServerSentEventMessage(data=None, id=opening_id, comment="open", retry=RECONNECT_MILLISECONDS)
        replayed: set[str] = set()
        if last_event_id is not None:
            async for event in _missed(sessions, caller, last_event_id):
                replayed.add(event.id)
                yield _message(event)
        while (remaining := ends_at - loop.time()) > 0:
            try:
                event = await asyncio.wait_for(subscription.queue.get(), timeout=min(HEARTBEAT_SECONDS, remaining))
            except TimeoutError:
                yield ServerSentEventMessage(data=None, comment="heartbeat")
                continue
            if event is None:
                return
            if isinstance(event, JobsChange):
                yield JOBS_CHANGED
            elif event.id not in replayed:
                yield _message(event)
    finally:
        hub.unsubscribe(subscription)


async def _missed(sessions: SessionFactory, caller: Caller, last_event_id: int) -> AsyncGenerator[TeamEvent]:
    """All that the browser has not seen, a page at a time; no connection is held while a page is sent."""
    async with transaction(sessions, caller.scope) as session:
        rows = await EventRepository(session, caller.team_id).committed_late(last_event_id)
    for row in rows:
        yield TeamEvent.of(row)
    has_more = True
    while has_more:
        async with transaction(sessions, caller.scope) as session:
            rows = await EventRepository(session, caller.team_id).after(last_event_id)
        for row in rows:
            yield TeamEvent.of(row)
            last_event_id = row.id
        has_more = len(rows) >= REPLAY_PAGE


def _message(event: TeamEvent) -> ServerSentEventMessage:
    return ServerSentEventMessage(id=event.id, data=msgspec.json.encode(event).decode())
