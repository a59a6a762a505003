"""What the best-known full-stack templates shipped broken, tried here: members, roles and invitations."""

import httpx
import pytest

from app.config import Settings
from app.db.session import SessionFactory
from app.models import Role
from tests.support.jobs import link_token, mails_to, run_waiting
from tests.support.people import PeopleFactory, Person

GUEST = {"email": "guest@example.com", "role": "viewer"}
BELOW_ADMIN = [Role.VIEWER, Role.MEMBER]


async def _roles(owner: Person) -> dict[str, str]:
    members = (await owner.client.get("/api/team/members")).json()["items"]
    return {member["email"]: member["role"] for member in members}


async def _membership_calls(person: Person, target: Person) -> list[httpx.Response]:
    """Add, re-role and remove somebody, as litestar-fullstack let any signed-in person do in any team."""
    client, member = person.client, f"/api/team/members/{target.user_id}"
    return [
        await client.post("/api/team/invitations", json=GUEST),
        await client.patch(member, json={"role": "viewer"}),
        await client.delete(member),
        await client.post("/api/team/ownership", json={"user_id": str(person.user_id), "is_handover": False}),
    ]


@pytest.mark.parametrize("role", BELOW_ADMIN)
async def test_hole_of_litestar_fullstack_any_member_adds_removes_and_promotes(
    owner: Person, people: PeopleFactory, role: Role
) -> None:
    person, target = await people.member(owner.team_id, role), await people.member(owner.team_id, Role.ADMIN)
    before = await _roles(owner)

    assert {answer.status_code for answer in await _membership_calls(person, target)} == {403}
    assert await _roles(owner) == before


async def test_hole_of_litestar_fullstack_any_signed_in_person_changes_the_members_of_any_team(
    owner: Person, people: PeopleFactory
) -> None:
    """An owner elsewhere may call these routes: they reach nobody in this team."""
    stranger, target = await people.owner("Strangers"), await people.member(owner.team_id, Role.MEMBER)
    before = await _roles(owner)
    _, changed, removed, _ = await _membership_calls(stranger, target)

    assert (changed.status_code, removed.status_code) == (404, 404)
    assert await _roles(owner) == before


async def test_hole_of_litestar_fullstack_any_signed_in_person_lists_and_deletes_invitations_of_any_team(
    owner: Person, people: PeopleFactory
) -> None:
    invitation = (await owner.client.post("/api/team/invitations", json=GUEST)).json()
    stranger = await people.owner("Strangers")
    path = f"/api/team/invitations/{invitation['id']}"

    assert (await stranger.client.get("/api/team/invitations")).json()["items"] == []
    assert (await stranger.client.delete(path)).status_code == 404
    assert (await stranger.client.post(f"{path}/resend")).status_code == 404
    assert [item["id"] for item in (await owner.client.get("/api/team/invitations")).json()["items"]] == [
        invitation["id"]
    ]


async def test_hole_of_litestar_fullstack_an_invitation_is_accepted_by_its_id(
    owner: Person, people: PeopleFactory
) -> None:
    invitation = (await owner.client.post("/api/team/invitations", json=GUEST | {"role": "admin"})).json()
    stranger = await people.owner("Strangers")
    by_id = await stranger.client.post(f"/api/me/invitations/{invitation['id']}/accept")
    as_token = await stranger.client.post("/api/invitations/accept", json={"token": invitation["id"]})

    assert (by_id.status_code, as_token.status_code) == (404, 404)
    assert stranger.email not in await _roles(owner)


async def test_hole_of_saas_starter_a_member_invites_an_owner(owner: Person, people: PeopleFactory) -> None:
    for role in Role:
        person = await people.member(owner.team_id, role)
        answer = await person.client.post("/api/team/invitations", json=GUEST | {"role": "owner"})
        assert answer.status_code == (403 if role in BELOW_ADMIN else 422), answer.text

    assert (await owner.client.get("/api/team/invitations")).json()["items"] == []


async def test_hole_of_saas_starter_the_last_owner_is_removed(owner: Person, people: PeopleFactory) -> None:
    admin = await people.member(owner.team_id, Role.ADMIN)
    by_admin = await admin.client.delete(f"/api/team/members/{owner.user_id}")
    by_themselves = await owner.client.delete(f"/api/team/members/{owner.user_id}")

    assert by_admin.status_code == 403
    assert by_themselves.status_code == 409, by_themselves.text
    assert (await _roles(owner))[owner.email] == "owner"


async def test_hole_of_saas_starter_a_removed_members_session_still_works(owner: Person, people: PeopleFactory) -> None:
    member = await people.member(owner.team_id, Role.MEMBER)
    assert (await member.client.get("/api/invoices")).status_code == 200
    await owner.client.delete(f"/api/team/members/{member.user_id}")

    assert (await member.client.get("/api/invoices")).status_code == 403


async def test_hole_of_saas_starter_the_invitation_is_for_whoever_has_its_number(
    owner: Person, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> None:
    """There the invitation's id in the address was enough to sign up into the team, under any address."""
    await owner.client.post("/api/team/invitations", json=GUEST)
    await run_waiting(sessions, settings, team_id=owner.team_id)
    token = link_token((await mails_to(sessions, GUEST["email"]))[-1].text)
    stranger = await people.owner("Strangers")
    answer = await stranger.client.post("/api/invitations/accept", json={"token": token})

    assert len(token) >= 43
    assert answer.status_code == 403
    assert stranger.email not in await _roles(owner)


async def test_hole_of_boxyhq_an_admin_deletes_or_demotes_an_owner(owner: Person, people: PeopleFactory) -> None:
    admin, second = await people.member(owner.team_id, Role.ADMIN), await people.member(owner.team_id, Role.OWNER)
    for path in (f"/api/team/members/{owner.user_id}", f"/api/team/members/{second.user_id}"):
        assert (await admin.client.delete(path)).status_code == 403
        assert (await admin.client.patch(path, json={"role": "member"})).status_code == 403

    assert list((await _roles(owner)).values()).count("owner") == 2


@pytest.mark.parametrize("named", ["role", "my_role", "currentRole", "caller_role"])
async def test_hole_of_boxyhq_the_browser_says_which_role_it_has(
    owner: Person, people: PeopleFactory, named: str
) -> None:
    """The first mend trusted a role that came with the request."""
    admin = await people.member(owner.team_id, Role.ADMIN)
    path = f"/api/team/members/{owner.user_id}"
    in_body = await admin.client.patch(path, json={"role": "member"} | ({} if named == "role" else {named: "owner"}))
    in_query = await admin.client.delete(path, params={named: "owner"})
    in_header = await admin.client.delete(path, headers={"X-Role": "owner", named: "owner"})

    assert in_body.status_code == (403 if named == "role" else 422)
    assert (in_query.status_code, in_header.status_code) == (403, 403)
    assert (await _roles(owner))[owner.email] == "owner"


async def test_hole_of_boxyhq_a_member_is_named_in_the_body_of_another_teams_route(
    owner: Person, people: PeopleFactory
) -> None:
    stranger = await people.owner("Strangers")
    body = {"user_id": str(owner.user_id), "is_handover": False}

    assert (await stranger.client.post("/api/team/ownership", json=body)).status_code == 404
    with_team = body | {"team_id": str(owner.team_id)}
    assert (await stranger.client.post("/api/team/ownership", json=with_team)).status_code == 422
