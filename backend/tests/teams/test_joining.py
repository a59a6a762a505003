"""Invitations as their guests meet them: by link or at one's own address, once, and only while whoever invited still may."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import Role
from tests.support.jobs import link_token, mails_to, run_waiting
from tests.support.people import PeopleFactory, Person

GUEST = "grace@example.com"
PASSWORD = "four unrelated words"
PREFIX = "urn:quittance:problem:"


class Team:
    """A team whose worker mails what it owes."""

    def __init__(self, owner: Person, sessions: SessionFactory, settings: Settings) -> None:
        self.owner = owner
        self._sessions = sessions
        self._settings = settings

    async def invite(self, email: str = GUEST, role: Role = Role.VIEWER, by: Person | None = None) -> str:
        """Invite somebody and return the mailed token."""
        answer = await (by or self.owner).client.post("/api/team/invitations", json={"email": email, "role": role})
        assert answer.status_code == 201, answer.text
        return await self.mailed(email)

    async def mailed(self, email: str = GUEST) -> str:
        await run_waiting(self._sessions, self._settings, team_id=self.owner.team_id)
        return link_token((await mails_to(self._sessions, email))[-1].text)

    async def roles(self) -> dict[str, str]:
        members = (await self.owner.client.get("/api/team/members")).json()["items"]
        return {member["email"]: member["role"] for member in members}


@pytest.fixture
async def team(committed_owner: Person, committed_sessions: SessionFactory, settings: Settings) -> Team:
    return Team(committed_owner, committed_sessions, settings)


@pytest.fixture
def guest(committed_people: PeopleFactory) -> httpx.AsyncClient:
    return committed_people.client()


async def _join(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/api/invitations/join", json={"token": token, "name": "Grace", "password": PASSWORD})


def _kind(answer: httpx.Response) -> str:
    return answer.json()["type"].removeprefix(PREFIX)


async def test_a_new_person_sees_who_invites_and_comes_in_with_a_confirmed_address(
    team: Team, guest: httpx.AsyncClient
) -> None:
    token = await team.invite(role=Role.MEMBER)
    shown = (await guest.post("/api/invitations/look-up", json={"token": token})).json()
    joined = await _join(guest, token)
    me = (await guest.get("/api/me")).json()

    assert (shown["team_name"], shown["inviter_name"], shown["role"]) == ("Northwind", team.owner.name, "member")
    assert GUEST not in str(shown)
    assert joined.status_code == 201, joined.text
    assert (me["user"]["email"], me["user"]["is_email_verified"], me["team"]["role"]) == (GUEST, True, "member")
    assert (await team.roles())[GUEST] == "member"


async def test_control_06_an_invitation_lets_one_person_in_once_however_many_use_it_at_once(
    team: Team, committed_people: PeopleFactory
) -> None:
    token = await team.invite()
    answers = await asyncio.gather(*(_join(committed_people.client(), token) for _ in range(6)))

    assert sorted(answer.status_code for answer in answers)[:1] == [201]
    assert sum(answer.status_code == 201 for answer in answers) == 1
    assert all(answer.status_code in {201, 404, 409} for answer in answers), [answer.text for answer in answers]
    assert await team.roles() == {team.owner.email: "owner", GUEST: "viewer"}


async def test_control_06_a_link_ends_after_a_week_and_with_the_next_one(team: Team, guest: httpx.AsyncClient) -> None:
    first = await team.invite()
    (invitation,) = (await team.owner.client.get("/api/team/invitations")).json()["items"]
    resent = await team.owner.client.post(f"/api/team/invitations/{invitation['id']}/resend")
    second = await team.mailed()
    with clock.turned_to(clock.now() + timedelta(days=7, minutes=1)):
        late = await _join(guest, second)

    assert resent.is_success, resent.text
    assert first != second
    assert (late.status_code, _kind(late)) == (404, "invitation-ended")
    assert _kind(await _join(guest, first)) == "invitation-ended"


async def test_control_06_no_token_is_stored_as_it_is(team: Team, committed_sessions: SessionFactory) -> None:
    token = await team.invite()
    async with transaction(committed_sessions, team.owner.scope) as session:
        found = [
            table
            for table in ("invitations", "job_runs", "audit_entries", "team_events", "saq_jobs")
            if await session.scalar(
                text(f"SELECT count(*) FROM {table} t WHERE t::text LIKE :token"), {"token": f"%{token}%"}
            )
        ]

    assert found == []


async def test_a_link_takes_over_no_account_that_exists(
    team: Team, committed_people: PeopleFactory, guest: httpx.AsyncClient
) -> None:
    other = await committed_people.owner("Elsewhere")
    token = await team.invite(other.email)
    refused = await _join(guest, token)

    assert (refused.status_code, _kind(refused)) == (409, "account-exists")
    assert (await other.client.get("/api/me")).status_code == 200
    accepted = await other.client.post("/api/invitations/accept", json={"token": token})
    assert accepted.status_code == 200, accepted.text
    assert (await team.roles())[other.email] == "viewer"


async def test_an_invitation_is_for_its_own_address(team: Team, committed_people: PeopleFactory) -> None:
    token = await team.invite()
    stranger = await committed_people.owner("Strangers")
    refused = await stranger.client.post("/api/invitations/accept", json={"token": token})

    assert (refused.status_code, _kind(refused)) == (403, "invitation-for-another-address")
    assert set(await team.roles()) == {team.owner.email}


async def test_control_05_inviting_answers_alike_for_known_and_unknown_addresses(
    team: Team, committed_people: PeopleFactory
) -> None:
    known = (await committed_people.owner("Elsewhere")).email
    told = [
        (await team.owner.client.post("/api/team/invitations", json={"email": email, "role": "viewer"}))
        for email in (known, "unknown@example.com")
    ]
    seen = [
        (answer.status_code, sorted(answer.json()), answer.json()["state"], answer.json()["invited_by_name"])
        for answer in told
    ]

    assert seen[0] == seen[1]


async def test_control_32_nobody_invites_above_their_own_role(team: Team, committed_people: PeopleFactory) -> None:
    admin = await committed_people.member(team.owner.team_id, Role.ADMIN)
    refused = await admin.client.post("/api/team/invitations", json={"email": GUEST, "role": "owner"})

    assert refused.status_code in {403, 422}, refused.text
    assert (await team.owner.client.get("/api/team/invitations")).json()["items"] == []


async def test_control_32_the_invitation_of_somebody_who_may_not_invite_any_more_lets_nobody_in(
    team: Team, committed_people: PeopleFactory, guest: httpx.AsyncClient
) -> None:
    admin = await committed_people.member(team.owner.team_id, Role.ADMIN)
    token = await team.invite(by=admin)
    changed = await team.owner.client.patch(f"/api/team/members/{admin.user_id}", json={"role": "viewer"})

    assert changed.status_code == 200, changed.text
    assert _kind(await _join(guest, token)) == "invitation-ended"
