"""Who runs the installation, what they may do to accounts, and what they may never do."""

import asyncio

import pytest
from sqlalchemy import select, text

from app.db.session import SessionFactory, transaction
from app.lib.ids import new_id
from app.models import Role, User
from tests.support.administrators import administrator
from tests.support.people import PeopleFactory, Person

READS = ("/api/admin/overview", "/api/admin/users", "/api/admin/teams", "/api/admin/audit-log")


@pytest.fixture
async def admin(committed_people: PeopleFactory, committed_sessions: SessionFactory) -> Person:
    return await administrator(committed_people, committed_sessions)


@pytest.fixture
async def person(committed_people: PeopleFactory) -> Person:
    return await committed_people.owner("Northwind")


async def _do(admin: Person, person: Person, action: str, **body: object) -> int:
    answer = await admin.client.post(f"/api/admin/users/{person.user_id}/{action}", json=body or None)
    return answer.status_code


@pytest.mark.parametrize("path", READS)
async def test_an_administrator_with_one_factor_is_told_what_is_missing(
    committed_people: PeopleFactory, path: str
) -> None:
    weak = await committed_people.owner("Weak", is_platform_admin=True)
    refused = await weak.client.get(path)

    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:quittance:problem:administrator-needs-second-factor"


@pytest.mark.parametrize("path", READS)
async def test_nobody_else_enters(person: Person, admin: Person, path: str) -> None:
    assert (await person.client.get(path)).status_code == 403
    assert (await admin.client.get(path)).status_code == 200


async def test_people_are_found_by_name_and_address_and_by_nothing_cleverer(admin: Person, person: Person) -> None:
    async def found(search: str) -> list[str]:
        answer = await admin.client.get("/api/admin/users", params={"search": search})
        return [user["id"] for user in answer.json()["items"]]

    assert await found(person.email.upper()) == [str(person.user_id)]
    assert await found("of Northw") == [str(person.user_id)]
    assert await found("%") == await found("_wner of Northwind") == []


async def test_people_come_in_pages_with_their_teams(
    admin: Person, person: Person, committed_people: PeopleFactory
) -> None:
    await committed_people.member(person.team_id, Role.VIEWER)
    first = (await admin.client.get("/api/admin/users", params={"limit": 2})).json()
    second = (await admin.client.get("/api/admin/users", params={"limit": 2, "cursor": first["next_cursor"]})).json()

    everybody = first["items"] + second["items"]
    assert len({user["id"] for user in everybody}) == 3
    assert second["next_cursor"] is None
    assert [(team["name"], team["role"]) for team in everybody[0]["teams"]] == [("Northwind", "viewer")]


async def test_a_team_is_shown_with_its_people_and_nothing_of_its_work(admin: Person, person: Person) -> None:
    await person.client.post(
        "/api/customers", json={"name": "canary-customer", "email": "c@example.com", "currency": "EUR"}
    )
    teams = (await admin.client.get("/api/admin/teams", params={"search": "northwind"})).json()["items"]
    detail = await admin.client.get(f"/api/admin/teams/{person.team_id}")
    log = await admin.client.get("/api/admin/audit-log", params={"team_id": str(person.team_id)})

    assert [(team["name"], team["member_count"], team["owner_names"]) for team in teams] == [
        ("Northwind", 1, [person.name])
    ]
    assert [member["email"] for member in detail.json()["members"]] == [person.email]
    entry = log.json()["items"][0]
    assert (entry["action"], entry["fields"], entry["are_fields_hidden"]) == ("create_customer", [], True)
    assert "canary" not in detail.text + log.text


async def test_control_17_disabling_ends_everything_at_once_and_says_why_in_the_persons_log(
    admin: Person, person: Person, committed_sessions: SessionFactory
) -> None:
    assert await _do(admin, person, "disable", reason="Sent spam") == 204
    assert (await person.client.get("/api/me")).status_code == 401

    assert await _do(admin, person, "enable") == 204
    assert (await person.client.get("/api/me")).status_code == 401, "the session stays ended"
    log = (await admin.client.get("/api/admin/audit-log", params={"user_id": str(person.user_id)})).json()["items"]
    changes = {entry["action"]: entry for entry in log if entry["target_type"] == "user"}
    assert changes["disable_user"]["actor_id"] == str(admin.user_id)
    assert {"field": "disabled_reason", "before": None, "after": "Sent spam"} in changes["disable_user"]["fields"]
    assert changes["enable_user"]["actor_id"] == str(admin.user_id)


async def test_signing_somebody_out_leaves_their_account_open(
    admin: Person, person: Person, committed_sessions: SessionFactory
) -> None:
    assert await _do(admin, person, "end-sessions") == 204

    assert (await person.client.get("/api/me")).status_code == 401
    async with transaction(committed_sessions) as session:
        assert (await session.get_one(User, person.user_id)).disabled_at is None


@pytest.mark.parametrize("action", ["disable", "make-administrator", "remove-administrator", "impersonate"])
async def test_what_hurts_asks_for_a_fresh_proof(
    admin: Person, person: Person, committed_sessions: SessionFactory, action: str
) -> None:
    async with transaction(committed_sessions) as session:
        await session.execute(text("UPDATE sessions SET authenticated_at = now() - interval '11 minutes'"))
    answer = await admin.client.post(f"/api/admin/users/{person.user_id}/{action}", json={"reason": "Because"})

    assert answer.json()["type"] == "urn:quittance:problem:step-up-required"


@pytest.mark.parametrize(
    "action", ["disable", "enable", "end-sessions", "make-administrator", "remove-administrator", "impersonate"]
)
async def test_nobody_administers_themselves_or_somebody_who_does_not_exist(admin: Person, action: str) -> None:
    body = {"reason": "Because"} if action in {"disable", "impersonate"} else None
    own = await admin.client.post(f"/api/admin/users/{admin.user_id}/{action}", json=body)
    nobody = await admin.client.post(f"/api/admin/users/{new_id()}/{action}", json=body)

    assert (own.status_code, nobody.status_code) == (409, 404)


async def test_a_confirmed_address_needs_no_further_link(admin: Person, person: Person) -> None:
    assert await _do(admin, person, "send-verification") == 409


async def test_an_unconfirmed_account_does_not_run_the_installation(
    admin: Person, person: Person, committed_sessions: SessionFactory
) -> None:
    async with transaction(committed_sessions) as session:
        (await session.get_one(User, person.user_id)).email_verified_at = None

    assert await _do(admin, person, "make-administrator") == 409


async def test_two_administrators_cannot_dismiss_each_other_at_once(
    admin: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory
) -> None:
    for number in range(5):
        other = await administrator(committed_people, committed_sessions, f"Other {number}")
        statuses = await asyncio.gather(
            _do(admin, other, "remove-administrator"), _do(other, admin, "remove-administrator")
        )
        async with transaction(committed_sessions) as session:
            left = set(await session.scalars(select(User.id).where(User.is_platform_admin)))
            assert len(left & {admin.user_id, other.user_id}) == 1, statuses
            await session.execute(text("UPDATE users SET is_platform_admin = (id = :id)"), {"id": admin.user_id})
