"""Streams end at once when they may no longer be read, or when they may have missed something."""

import asyncio
import time
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.auth.passwords import Passwords
from app.db.session import SessionFactory, transaction
from app.events import hub as hub_module
from app.events.hub import Subscription
from app.events.schemas import TeamEvent
from app.lib import clock
from app.lib.ids import new_id
from app.models import User
from tests.events.conftest import Announce, Live
from tests.support.administrators import administrator
from tests.support.live_server import open_stream, until
from tests.support.people import PeopleFactory, Person

KILL_LISTENER = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE application_name = 'quittance-live' AND datname = current_database()"
)


async def test_control_17_log_out_ends_the_streams_of_that_session_only(
    live: Live, committed_owner: Person, committed_people: PeopleFactory
) -> None:
    colleague = await committed_people.member(committed_owner.team_id, committed_owner.role)
    client = live.client(committed_owner.token)
    async with open_stream(client) as stream, open_stream(live.client(colleague.token)) as other:
        left_at = time.monotonic()
        assert (await client.post("/api/auth/log-out")).status_code == 204
        await stream.has_ended(within_seconds=5)

        assert stream.ended_at is not None
        assert stream.ended_at - left_at < 1
        assert other.ended_at is None
    answer = await live.client(committed_owner.token).get("/api/events")
    assert answer.status_code == 401


async def test_control_17_a_changed_password_ends_the_streams_of_every_session(
    live: Live, committed_owner: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    async with transaction(committed_sessions) as session:
        user = await session.get_one(User, committed_owner.user_id)
        user.password_hash = await Passwords().hash("the password until now")
    elsewhere = await _second_session(live, committed_owner.email)
    client = live.client(committed_owner.token)
    async with open_stream(client) as here, open_stream(elsewhere) as there:
        change = {"current_password": "the password until now", "new_password": "four unrelated words"}
        assert (await client.post("/api/me/password", json=change)).status_code == 204
        await here.has_ended(within_seconds=5)
        await there.has_ended(within_seconds=5)

    async with open_stream(client):
        pass  # the changed password gave this browser a new session


async def test_control_17_a_disabled_account_ends_its_streams(
    live: Live, committed_owner: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    colleague = await committed_people.member(committed_owner.team_id, committed_owner.role)
    admin = await administrator(committed_people, committed_sessions)
    path = f"/api/admin/users/{colleague.user_id}/disable"
    async with (
        open_stream(live.client(colleague.token)) as stream,
        open_stream(live.client(committed_owner.token)) as other,
    ):
        assert (await admin.client.post(path, json={"reason": "Left the company"})).status_code == 204
        await stream.has_ended(within_seconds=5)

        assert other.ended_at is None


async def _second_session(live: Live, email: str) -> httpx.AsyncClient:
    client = live.client(None)
    answer = await client.post("/api/auth/log-in", json={"email": email, "password": "the password until now"})
    assert answer.status_code == 200, answer.text
    return client


async def test_streams_end_when_the_listening_connection_dies_and_later_ones_work(
    live: Live,
    committed_owner: Person,
    announce: Announce,
    as_superuser: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub_module, "RECONNECT_SECONDS", 0.2)
    client = live.client(committed_owner.token)
    async with open_stream(client) as stream:
        await asyncio.to_thread(as_superuser, KILL_LISTENER)
        await stream.has_ended(within_seconds=2)
        last_event_id = stream.last_event_id
    await announce("in the gap")
    await until(lambda: live.hub.is_listening, what="LISTEN again")

    async with open_stream(client, last_event_id) as resumed:
        await announce("afterwards")
        frames = await resumed.has_events(2)

        assert [frame.event["detail"]["mark"] for frame in frames] == ["in the gap", "afterwards"]


async def test_a_stream_that_opened_before_the_server_listened_again_is_ended(
    live: Live, committed_owner: Person, as_superuser: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "RECONNECT_SECONDS", 0.5)
    client = live.client(committed_owner.token)
    await asyncio.to_thread(as_superuser, KILL_LISTENER)
    await until(lambda: not live.hub.is_listening, what="the connection to be lost")

    async with open_stream(client) as stream:
        await stream.has_ended(within_seconds=3)

        assert live.hub.is_listening


async def test_the_twenty_first_stream_of_a_session_is_refused(
    live: Live, committed_owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "STREAMS_PER_SESSION", 3)
    client = live.client(committed_owner.token)
    async with open_stream(client), open_stream(client), open_stream(client):
        answer = await client.get("/api/events")

        assert answer.status_code == 429
        assert answer.json()["type"] == "urn:quittance:problem:too-many-requests"
        assert int(answer.headers["retry-after"]) > 0
    await until(lambda: not list(live.hub._streams()), what="the closed streams to be forgotten")
    async with open_stream(client):
        pass


async def test_no_connection_is_held_while_a_stream_is_open(
    live: Live, committed_owner: Person, announce: Announce
) -> None:
    engine: AsyncEngine = live.app.state.engine
    async with open_stream(live.client(committed_owner.token)) as stream:
        await announce("one")
        await stream.has_events(1)
        await until(lambda: _checked_out(engine) == 0, what="all connections to be back")
        await asyncio.sleep(0.1)

        assert _checked_out(engine) == 0
        assert stream.ended_at is None


def _checked_out(engine: AsyncEngine) -> int:
    return engine.pool.checkedout()  # pyright: ignore[reportAttributeAccessIssue] - of QueuePool


def test_a_reader_with_an_overfull_backlog_is_ended_and_its_backlog_dropped() -> None:
    subscription = Subscription(new_id(), new_id(), new_id())
    for number in range(hub_module.LONGEST_BACKLOG + 5):
        subscription.push(_event(number))

    assert subscription.queue.get_nowait() is None
    assert subscription.queue.empty()


def test_an_ended_stream_takes_no_further_events() -> None:
    subscription = Subscription(new_id(), new_id(), new_id())
    subscription.end()
    subscription.push(_event(1))

    assert subscription.queue.get_nowait() is None
    assert subscription.queue.empty()


def _event(number: int) -> TeamEvent:
    return TeamEvent(
        id=str(number),
        kind="customer.created",
        subject_type="customer",
        subject_id=new_id(),
        occurred_at=clock.now(),
        actor_name=None,
        detail={},
    )
