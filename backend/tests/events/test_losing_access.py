"""Whoever may not read the team's news any more stops hearing them within seconds, whichever way it came."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import msgspec
import pytest

from app.auth.permissions import Permission
from app.config import Settings
from app.db.session import SessionFactory
from app.lib import clock
from app.models import Role
from tests.api_clients.conftest import connect_client, exchange, make_key
from tests.events.conftest import Announce, Live
from tests.support.administrators import administrator
from tests.support.jobs import run_task
from tests.support.live_server import open_stream
from tests.support.people import PeopleFactory, Person


class Stage(msgspec.Struct, frozen=True):
    """A member who listens, and everybody who can end that."""

    owner: Person
    member: Person
    people: PeopleFactory
    sessions: SessionFactory
    settings: Settings


async def _remove(stage: Stage) -> httpx.Response:
    return await stage.owner.client.delete(f"/api/team/members/{stage.member.user_id}")


async def _leave(stage: Stage) -> httpx.Response:
    return await stage.member.client.delete(f"/api/me/teams/{stage.owner.team_id}")


async def _end_session_elsewhere(stage: Stage) -> httpx.Response:
    elsewhere = await stage.people.sign_in_again(stage.member)
    [other] = [each for each in (await elsewhere.get("/api/me/sessions")).json()["items"] if not each["is_current"]]
    return await elsewhere.delete(f"/api/me/sessions/{other['id']}")


async def _end_others(stage: Stage) -> httpx.Response:
    return await (await stage.people.sign_in_again(stage.member)).delete("/api/me/sessions")


async def _disable(stage: Stage) -> httpx.Response:
    admin = await administrator(stage.people, stage.sessions)
    path = f"/api/admin/users/{stage.member.user_id}/disable"
    return await admin.client.post(path, json={"reason": "Sent spam"})


async def _ask_for_deletion(stage: Stage) -> httpx.Response:
    return await stage.member.client.post("/api/me/deletion", json={"confirmation": stage.member.email})


async def _close_team(stage: Stage) -> httpx.Response:
    answer = await stage.owner.client.post("/api/team/deletion", json={"name": "Northwind"})
    with clock.turned_to(clock.now() + timedelta(days=15)):
        assert await run_task(stage.sessions, stage.settings, "close_due_teams") == {"closed": 1}
    return answer


ENDINGS: dict[str, Callable[[Stage], Awaitable[httpx.Response]]] = {
    "removed from the team": _remove,
    "left the team": _leave,
    "session ended from elsewhere": _end_session_elsewhere,
    "all other sessions ended": _end_others,
    "account disabled": _disable,
    "account to be deleted": _ask_for_deletion,
    "team closed": _close_team,
}


@pytest.fixture
async def stage(
    committed_owner: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory, settings: Settings
) -> Stage:
    member = await committed_people.member(committed_owner.team_id, Role.MEMBER)
    return Stage(committed_owner, member, committed_people, committed_sessions, settings)


@pytest.mark.parametrize("ending", [*ENDINGS])
async def test_control_17_a_stream_ends_with_what_opened_it(live: Live, stage: Stage, ending: str) -> None:
    client = live.client(stage.member.token)
    async with open_stream(client) as stream:
        answer = await ENDINGS[ending](stage)
        assert answer.is_success, answer.text
        await stream.has_ended(within_seconds=5)

    assert (await client.get("/api/events")).status_code in {401, 403}


async def test_control_32_a_changed_role_acts_on_the_session_whose_stream_stays_open(
    live: Live, stage: Stage, announce: Announce
) -> None:
    """Every role reads invoices, so there is nothing to end: what the role may not do is refused on the next request."""
    client = live.client(stage.member.token)
    async with open_stream(client) as stream:
        path = f"/api/team/members/{stage.member.user_id}"
        assert (await stage.owner.client.patch(path, json={"role": "viewer"})).status_code == 200
        await announce("after the change")
        kinds = [frame.event["kind"] for frame in await stream.has_events(2)]

        assert kinds == ["member.role_changed", "customer.created"]
        body = {"name": "Someone", "email": "someone@example.com", "currency": "EUR"}
        assert (await client.post("/api/customers", json=body)).status_code == 403
        assert stream.ended_at is None


@pytest.mark.parametrize("credential", ["API key", "access token"])
async def test_control_17_a_programs_stream_ends_with_its_makers_membership(
    live: Live, stage: Stage, credential: str
) -> None:
    admin, scopes = await stage.people.member(stage.owner.team_id, Role.ADMIN), [Permission.INVOICES_READ]
    if credential == "API key":
        secret = (await make_key(admin, scopes))["key"]
    else:
        first = (await connect_client(admin, scopes))["refresh_token"]
        secret = (await exchange(stage.people.program(), first)).json()["access_token"]
    program = live.program(secret)
    async with open_stream(program) as stream:
        assert (await stage.owner.client.delete(f"/api/team/members/{admin.user_id}")).status_code == 204
        await stream.has_ended(within_seconds=5)

    assert (await program.get("/api/events")).status_code == 401
