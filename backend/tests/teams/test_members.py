"""Who belongs to a team and as what: changes act on the next request, nobody rises by themselves, and an owner stays."""

import asyncio

import httpx
import pytest

from app.models import Role
from tests.support.people import PeopleFactory, Person

PREFIX = "urn:quittance:problem:"


def _kind(answer: httpx.Response) -> str:
    return answer.json()["type"].removeprefix(PREFIX)


async def _role_of(person: Person) -> str | None:
    team = (await person.client.get("/api/me")).json()["team"]
    return team["role"] if team else None


async def test_control_32_a_changed_role_acts_on_the_next_request_of_an_open_session(
    owner: Person, people: PeopleFactory
) -> None:
    member = await people.member(owner.team_id, Role.MEMBER)
    body = {"name": "Someone", "email": "someone@example.com", "currency": "EUR"}
    before = await member.client.post("/api/customers", json=body)
    await owner.client.patch(f"/api/team/members/{member.user_id}", json={"role": "viewer"})
    after = await member.client.post("/api/customers", json=body)

    assert (before.status_code, after.status_code) == (201, 403)
    assert (await member.client.get("/api/customers")).status_code == 200


async def test_a_removed_member_keeps_their_account_and_nothing_of_the_team(
    owner: Person, people: PeopleFactory
) -> None:
    member = await people.member(owner.team_id, Role.MEMBER)
    removed = await owner.client.delete(f"/api/team/members/{member.user_id}")
    refused = await member.client.get("/api/customers")

    assert removed.status_code == 204, removed.text
    assert (refused.status_code, _kind(refused)) == (403, "no-team")
    assert await _role_of(member) is None


@pytest.mark.parametrize("role", ["owner", "admin"])
async def test_control_32_nobody_gives_themselves_more(owner: Person, people: PeopleFactory, role: str) -> None:
    for least in (Role.VIEWER, Role.MEMBER):
        person = await people.member(owner.team_id, least)
        answer = await person.client.patch(f"/api/team/members/{person.user_id}", json={"role": role})
        assert answer.status_code in {403, 422}, answer.text
        assert await _role_of(person) == least


async def test_control_32_an_admin_neither_demotes_nor_removes_an_owner(owner: Person, people: PeopleFactory) -> None:
    admin = await people.member(owner.team_id, Role.ADMIN)
    demoted = await admin.client.patch(f"/api/team/members/{owner.user_id}", json={"role": "viewer"})
    removed = await admin.client.delete(f"/api/team/members/{owner.user_id}")

    assert (demoted.status_code, removed.status_code) == (403, 403), (demoted.text, removed.text)
    assert await _role_of(owner) == "owner"


async def test_control_32_the_last_owner_can_neither_step_down_nor_leave(owner: Person) -> None:
    down = await owner.client.patch(f"/api/team/members/{owner.user_id}", json={"role": "admin"})
    left = await owner.client.delete(f"/api/me/teams/{owner.team_id}")

    assert (down.status_code, _kind(down)) == (409, "last-owner")
    assert (left.status_code, _kind(left)) == (409, "last-owner")


async def test_control_32_two_owners_who_leave_at_once_leave_one(
    committed_owner: Person, committed_people: PeopleFactory
) -> None:
    second = await committed_people.member(committed_owner.team_id, Role.OWNER)
    answers = await asyncio.gather(
        *(person.client.delete(f"/api/me/teams/{committed_owner.team_id}") for person in (committed_owner, second))
    )

    assert sorted(answer.status_code for answer in answers) == [204, 409], [answer.text for answer in answers]


async def test_control_32_two_owners_who_demote_each_other_at_once_leave_one(
    committed_owner: Person, committed_people: PeopleFactory
) -> None:
    second = await committed_people.member(committed_owner.team_id, Role.OWNER)
    pairs = ((committed_owner, second), (second, committed_owner))
    await asyncio.gather(
        *(one.client.patch(f"/api/team/members/{other.user_id}", json={"role": "admin"}) for one, other in pairs)
    )

    assert "owner" in {await _role_of(committed_owner), await _role_of(second)}


async def test_ownership_is_handed_over_by_an_owner_who_was_asked_just_now(
    owner: Person, people: PeopleFactory
) -> None:
    admin = await people.member(owner.team_id, Role.ADMIN)
    refused = await admin.client.post("/api/team/ownership", json={"user_id": str(admin.user_id), "is_handover": False})
    handed = await owner.client.post("/api/team/ownership", json={"user_id": str(admin.user_id), "is_handover": True})

    assert refused.status_code == 403
    assert handed.status_code == 200, handed.text
    assert (await _role_of(owner), await _role_of(admin)) == ("admin", "owner")


async def test_members_of_another_team_do_not_exist(owner: Person, people: PeopleFactory) -> None:
    stranger = await people.owner("Strangers")
    for answer in (
        await stranger.client.patch(f"/api/team/members/{owner.user_id}", json={"role": "viewer"}),
        await stranger.client.delete(f"/api/team/members/{owner.user_id}"),
        await stranger.client.post("/api/team/ownership", json={"user_id": str(owner.user_id), "is_handover": False}),
        await stranger.client.post("/api/me/team", json={"team_id": str(owner.team_id)}),
    ):
        assert answer.status_code == 404, answer.text
    assert await _role_of(owner) == "owner"
