"""Open pages are told that jobs changed: a team's of its own, an administrator's of all, and nobody twice."""

import asyncio

import pytest
from sqlalchemy import text

from app.db.session import SessionFactory, transaction
from app.jobs import controllers
from app.models import JobState, Role
from app.queue.steering import SteeringRepository
from tests.events.conftest import Announce, Live
from tests.events.conftest import announce as announce  # fixtures
from tests.events.conftest import live as live
from tests.jobs.conftest import AddRun
from tests.support.live_server import Stream, open_stream, until
from tests.support.people import PeopleFactory, Person

ALL_JOBS = "/api/admin/jobs/events"


def changes(stream: Stream) -> list[str | None]:
    return [frame.data for frame in stream.events if frame.name == "jobs.changed"]


async def test_a_deed_is_told_to_the_team_and_to_administrators_within_a_second(
    live: Live, committed_owner: Person, stranger: Person, admin: Person, add_run: AddRun
) -> None:
    run_id = await add_run(JobState.QUEUED)
    async with (
        open_stream(live.client(committed_owner.token)) as ours,
        open_stream(live.client(stranger.token)) as theirs,
        open_stream(live.client(admin.token), path=ALL_JOBS) as everybodys,
    ):
        assert (await committed_owner.client.post(f"/api/jobs/{run_id}/cancel")).status_code == 200
        await until(lambda: bool(changes(ours) and changes(everybodys)), what="the change", within_seconds=1)
        assert (await committed_owner.client.post(f"/api/jobs/{run_id}/cancel")).status_code == 409
        await asyncio.sleep(0.2)

        assert changes(ours) == ["{}"]
        assert changes(everybodys) == [f'{{"team_ids":["{committed_owner.team_id}"],"is_of_system":false}}']
        assert changes(theirs) == []
        assert [frame.id for frame in ours.events] == [None]


async def test_what_changes_for_the_system_is_told_to_administrators_alone(
    live: Live, committed_owner: Person, admin: Person, committed_sessions: SessionFactory
) -> None:
    async with (
        open_stream(live.client(committed_owner.token)) as ours,
        open_stream(live.client(admin.token), path=ALL_JOBS) as everybodys,
    ):
        async with transaction(committed_sessions) as session:
            await SteeringRepository(session).announce(None)
        await until(lambda: bool(changes(everybodys)), what="the change", within_seconds=1)
        await asyncio.sleep(0.1)

        assert changes(everybodys) == ['{"team_ids":[],"is_of_system":true}']
        assert changes(ours) == []


async def test_what_changes_within_a_moment_is_told_to_administrators_at_once(
    live: Live, committed_owner: Person, stranger: Person, admin: Person, committed_sessions: SessionFactory
) -> None:
    async with open_stream(live.client(admin.token), path=ALL_JOBS) as everybodys:
        for team_id in (committed_owner.team_id, stranger.team_id, committed_owner.team_id):
            async with transaction(committed_sessions) as session:
                await SteeringRepository(session).announce(team_id)
        await until(lambda: bool(changes(everybodys)), what="the changes", within_seconds=1)
        await asyncio.sleep(0.4)

    [told] = everybodys.events
    assert set(told.event["team_ids"]) == {str(committed_owner.team_id), str(stranger.team_id)}


async def test_whoever_may_not_see_jobs_is_not_told_of_them(
    live: Live, committed_owner: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    member = await committed_people.member(committed_owner.team_id, Role.MEMBER)
    async with (
        open_stream(live.client(committed_owner.token)) as owners,
        open_stream(live.client(member.token)) as members,
    ):
        async with transaction(committed_sessions) as session:
            await SteeringRepository(session).announce(committed_owner.team_id)
        await until(lambda: bool(changes(owners)), what="the change", within_seconds=1)
        await asyncio.sleep(0.1)

        assert changes(members) == []


async def test_a_stream_resumes_from_the_teams_last_event_whatever_jobs_did_since(
    live: Live, committed_owner: Person, committed_sessions: SessionFactory, announce: Announce
) -> None:
    client = live.client(committed_owner.token)
    async with open_stream(client) as stream:
        await announce("seen")
        await stream.has_events(1)
        async with transaction(committed_sessions) as session:
            await SteeringRepository(session).announce(committed_owner.team_id)
        await stream.has_events(2)
        last_event_id = stream.last_event_id
    await announce("missed")

    async with open_stream(client, last_event_id) as resumed:
        await resumed.has_events(1)
        assert [frame.event["detail"]["mark"] for frame in resumed.events] == ["missed"]


async def test_an_administrators_stream_ends_with_their_session(
    live: Live, admin: Person, committed_sessions: SessionFactory
) -> None:
    async with open_stream(live.client(admin.token), path=ALL_JOBS) as stream:
        async with transaction(committed_sessions) as session:
            await session.execute(
                text("UPDATE sessions SET revoked_at = now() WHERE user_id = :user"), {"user": admin.user_id}
            )
        await stream.has_ended(within_seconds=1)
    assert (await live.client(admin.token).get(ALL_JOBS)).status_code == 401


async def test_an_administrators_stream_ends_by_itself_before_a_proxy_cuts_it(
    live: Live, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controllers, "STREAM_SECONDS", 0.3)
    monkeypatch.setattr(controllers, "HEARTBEAT_SECONDS", 0.1)
    async with open_stream(live.client(admin.token), path=ALL_JOBS) as stream:
        await stream.has_ended(within_seconds=2)

    assert [frame.comment for frame in stream.frames if frame.comment][:2] == ["open", "heartbeat"]


async def test_an_owner_opens_no_administrators_stream(live: Live, committed_owner: Person) -> None:
    assert (await live.client(committed_owner.token).get(ALL_JOBS)).status_code == 403
