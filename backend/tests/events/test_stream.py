"""Live updates over a real connection: what arrives, to whom, how fast, and when a stream ends by itself."""

import time

import pytest

from app.db.session import SessionFactory, set_scope, transaction
from app.events import controllers
from tests.events.conftest import Announce, Live, add_event, add_many_events
from tests.support.live_server import Stream, open_stream
from tests.support.people import PeopleFactory, Person


def marks(stream: Stream) -> list[str]:
    return [frame.event["detail"]["mark"] for frame in stream.events]


async def test_an_event_committed_by_another_connection_arrives_within_a_second(
    live: Live, committed_owner: Person, announce: Announce
) -> None:
    async with open_stream(live.client(committed_owner.token)) as stream:
        committed_at = time.monotonic()
        await announce("hello")
        (frame,) = await stream.has_events(1)

    assert frame.arrived_at - committed_at < 1
    assert frame.id == frame.event["id"]
    assert frame.event["kind"] == "customer.created"
    assert frame.event["detail"] == {"mark": "hello"}


async def test_only_events_of_the_own_team_arrive(
    live: Live, committed_owner: Person, committed_people: PeopleFactory, announce: Announce
) -> None:
    stranger = await committed_people.owner("Strangers")
    async with (
        open_stream(live.client(committed_owner.token)) as stream,
        open_stream(live.client(stranger.token)) as theirs,
    ):
        await announce("theirs", team=stranger)
        await announce("ours")
        await stream.has_events(1)
        await theirs.has_events(1)

        assert marks(stream) == ["ours"]
        assert marks(theirs) == ["theirs"]


async def test_a_rolled_back_event_never_arrives(
    live: Live, committed_owner: Person, committed_sessions: SessionFactory, announce: Announce
) -> None:
    async with open_stream(live.client(committed_owner.token)) as stream:
        async with committed_sessions() as session:
            set_scope(session, committed_owner.scope)
            add_event(session, committed_owner, "rolled back")
            await session.flush()
            await session.rollback()
        await announce("kept")
        await stream.has_events(1)

        assert marks(stream) == ["kept"]


async def test_resuming_loses_nothing_and_repeats_nothing_old(
    live: Live, committed_owner: Person, announce: Announce
) -> None:
    client = live.client(committed_owner.token)
    async with open_stream(client) as stream:
        await announce("seen")
        await stream.has_events(1)
        last_event_id = stream.last_event_id
    await announce("missed 1", "missed 2")

    async with open_stream(client, last_event_id) as resumed:
        await announce("live")
        await resumed.has_events(3)

        assert marks(resumed) == ["missed 1", "missed 2", "live"]


async def test_resuming_repeats_nothing_that_was_over_when_the_last_event_began(
    live: Live, committed_owner: Person, announce: Announce
) -> None:
    client = live.client(committed_owner.token)
    async with open_stream(client) as stream:
        for number in range(5):
            await announce(f"seen {number}")
        await stream.has_events(5)
        last_event_id = stream.last_event_id
    await announce("missed")

    async with open_stream(client, last_event_id) as resumed:
        await resumed.has_events(1)
        await announce("live")
        await resumed.has_events(2)

        assert marks(resumed) == ["missed", "live"]


async def test_a_stream_that_saw_nothing_still_resumes_from_where_it_opened(
    live: Live, committed_owner: Person, announce: Announce
) -> None:
    client = live.client(committed_owner.token)
    await announce("before")
    async with open_stream(client) as stream:
        assert marks(stream) == []
        last_event_id = stream.last_event_id
    await announce("while away")

    async with open_stream(client, last_event_id) as resumed:
        await resumed.has_events(1)

        assert "while away" in marks(resumed)


async def test_an_event_committed_late_with_a_smaller_id_is_replayed(
    live: Live, committed_owner: Person, committed_sessions: SessionFactory, announce: Announce
) -> None:
    client = live.client(committed_owner.token)
    async with transaction(committed_sessions, committed_owner.scope) as slow:
        add_event(slow, committed_owner, "slow")
        await slow.flush()  # takes the smaller id
        async with open_stream(client) as stream:
            await announce("fast")
            await stream.has_events(1)
            last_event_id = stream.last_event_id

    async with open_stream(client, last_event_id) as resumed:
        await resumed.has_events(1)

        assert marks(resumed) == ["slow"]


async def test_more_missed_events_than_a_page_all_arrive_in_order(
    live: Live,
    committed_owner: Person,
    committed_sessions: SessionFactory,
    announce: Announce,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await announce("seen")
    async with transaction(committed_sessions, committed_owner.scope) as session:
        await add_many_events(session, committed_owner, 1203)

    async with open_stream(live.client(committed_owner.token), "1") as stream:
        await stream.has_events(1203)

        assert [mark for mark in marks(stream) if mark != "seen"] == [str(number) for number in range(1203)]


async def test_the_headers_keep_proxies_from_holding_or_changing_the_stream(
    live: Live, committed_owner: Person
) -> None:
    async with open_stream(live.client(committed_owner.token)) as stream:
        headers = stream.response.headers

    assert headers["content-type"].startswith("text/event-stream")
    assert "no-transform" in headers["cache-control"]
    assert headers["x-accel-buffering"] == "no"
    assert headers["x-content-type-options"] == "nosniff"


async def test_a_quiet_stream_sends_heartbeats_that_no_page_sees_and_ends_by_itself(
    live: Live, committed_owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controllers, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(controllers, "STREAM_SECONDS", 0.4)

    started = time.monotonic()
    async with open_stream(live.client(committed_owner.token)) as stream:
        await stream.has_ended()

    assert 0.3 < time.monotonic() - started < 2
    assert stream.frames[0].retry == "1000"
    assert [frame.comment for frame in stream.frames].count("heartbeat") >= 3
    assert stream.events == []


def test_streams_end_before_hosts_cut_them() -> None:
    assert controllers.STREAM_SECONDS < 120
    assert controllers.HEARTBEAT_SECONDS <= 20


@pytest.mark.parametrize("last_event_id", ["abc", "-1", "9" * 30, "1; DROP TABLE team_events", "²"])
async def test_a_last_event_id_that_is_none_of_ours_opens_a_fresh_stream(
    live: Live, committed_owner: Person, last_event_id: str
) -> None:
    client = live.client(committed_owner.token)
    async with client.stream("GET", "/api/events", headers=[(b"Last-Event-ID", last_event_id.encode())]) as response:
        assert response.status_code == 200
