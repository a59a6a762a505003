"""The end of an account: fourteen days in which only its person comes back, then nothing that names them."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from app.auth.passwords import Passwords
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import Role, User
from tests.api_clients.conftest import make_key, tokens_for
from tests.invoices.conftest import open_desk
from tests.support.jobs import mails_to, run_task, run_waiting
from tests.support.leftovers import Leftovers
from tests.support.people import PeopleFactory, Person

PREFIX = "urn:quittance:problem:"
PASSWORD = "seven small boats went home"
DUE = timedelta(days=14, minutes=1)
# What names a person who is gone, and why.
KEPT = {
    "audit_entries": "who did what, in a chain that cannot be changed without showing",
    "audit_chains": "a count and a hash, under the number of an account that is gone",
    "team_events": "the team's own history: by whom an invoice was sent",
    "job_runs": "the letters of the last 30 days",
    "mailbox_messages": "development only: stands in for the outside world",
}


@pytest.fixture
def sessions(committed_sessions: SessionFactory) -> SessionFactory:
    return committed_sessions


@pytest.fixture
def people(committed_people: PeopleFactory) -> PeopleFactory:
    return committed_people


@pytest.fixture
def owner(committed_owner: Person) -> Person:
    return committed_owner


@pytest.fixture
async def ada(owner: Person, people: PeopleFactory, sessions: SessionFactory) -> Person:
    """An admin of somebody else's team, with a password."""
    person = await people.member(owner.team_id, Role.ADMIN)
    async with transaction(sessions) as session:
        user = await session.get_one(User, person.user_id)
        user.name, user.password_hash = "Ada Lovelace-Canary", await Passwords().hash(PASSWORD)
    return person


async def _ask(person: Person) -> httpx.Response:
    return await person.client.post("/api/me/deletion", json={"confirmation": person.email})


async def _asked(person: Person) -> None:
    answer = await _ask(person)
    assert answer.status_code == 202, answer.text


async def _come_back(person: Person, people: PeopleFactory) -> httpx.AsyncClient:
    client = people.client()
    answer = await client.post("/api/auth/log-in", json={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return client


async def _night(sessions: SessionFactory, settings: Settings, *, after: timedelta = DUE) -> dict[str, int]:
    with clock.turned_to(clock.now() + after):
        return await run_task(sessions, settings, "delete_due_accounts")


def _kind(answer: httpx.Response) -> str:
    return answer.json()["type"].removeprefix(PREFIX)


async def test_whoever_asks_is_signed_out_everywhere_and_nothing_of_theirs_opens_anything(
    ada: Person, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> None:
    elsewhere = await _come_back(ada, people)
    key, token = (await make_key(ada))["key"], (await tokens_for(ada, people.program()))["access_token"]
    link = await people.reset_token(people.client(), ada.email)
    await _asked(ada)
    await run_waiting(sessions, settings)

    for client in (ada.client, elsewhere, people.program(key), people.program(token)):
        assert (await client.get("/api/customers")).status_code == 401
    new_password = {"token": link, "new_password": "four unrelated words"}
    assert (await people.client().post("/api/auth/password-reset/complete", json=new_password)).status_code == 409
    mail = (await mails_to(sessions, ada.email))[-1]
    assert mail.subject.startswith("Your account will be deleted on")
    assert f"{settings.app_url}/settings/data" in mail.text


async def test_a_slip_of_the_hand_deletes_nothing(ada: Person, sessions: SessionFactory, settings: Settings) -> None:
    answer = await ada.client.post("/api/me/deletion", json={"confirmation": "someone@example.com"})

    assert (answer.status_code, _kind(answer)) == (422, "not-confirmed")
    assert (await ada.client.get("/api/me/deletion")).json()["due_at"] is None
    assert (await _night(sessions, settings))["deleted"] == 0


async def test_until_their_day_people_come_back_see_it_and_keep_their_account(
    ada: Person, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> None:
    await _asked(ada)
    assert (await _night(sessions, settings, after=timedelta(days=13, hours=23)))["deleted"] == 0
    client = await _come_back(ada, people)
    due_at = (await client.get("/api/me")).json()["user"]["deletion_due_at"]
    again = await client.post("/api/me/deletion", json={"confirmation": ada.email})
    kept = await client.delete("/api/me/deletion")
    await run_waiting(sessions, settings)

    assert due_at is not None
    assert (again.status_code, _kind(again), kept.status_code) == (409, "deletion-underway", 204)
    assert (await _night(sessions, settings))["deleted"] == 0
    assert (await client.get("/api/me")).json()["user"]["deletion_due_at"] is None
    assert (await mails_to(sessions, ada.email))[-1].subject == "Your account will not be deleted"


async def test_a_last_owner_hands_over_first(owner: Person, ada: Person) -> None:
    refused = await _ask(owner)
    handed = await owner.client.post("/api/team/ownership", json={"user_id": str(ada.user_id), "is_handover": False})

    assert (refused.status_code, _kind(refused)) == (409, "last-owner")
    assert "Northwind" in refused.json()["detail"]
    assert handed.status_code == 200
    await _asked(owner)


async def test_a_team_that_ends_before_the_account_stands_in_nobodys_way(
    owner: Person, sessions: SessionFactory, settings: Settings
) -> None:
    asked = await owner.client.post("/api/team/deletion", json={"name": "Northwind"})
    assert asked.status_code == 202
    assert (await owner.client.get("/api/me/deletion")).json()["teams_without_other_owner"] == []
    await _asked(owner)

    assert await _night(sessions, settings) == {"deleted": 0, "left": 1}, "the team is still there"
    with clock.turned_to(clock.now() + DUE):
        await run_task(sessions, settings, "close_due_teams")
    assert await _night(sessions, settings) == {"deleted": 1, "left": 0}


async def test_an_owner_who_is_leaving_as_well_is_nobody_to_leave_a_team_to(
    owner: Person, people: PeopleFactory
) -> None:
    second = await people.member(owner.team_id, Role.OWNER)
    await _asked(second)
    refused = await _ask(owner)

    assert (refused.status_code, _kind(refused)) == (409, "last-owner")


async def test_whoever_became_the_last_owner_meanwhile_stays_until_they_have_handed_over(
    owner: Person, ada: Person, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> None:
    second = await people.member(owner.team_id, Role.OWNER)
    await _asked(owner)
    assert (await second.client.delete(f"/api/me/teams/{owner.team_id}")).status_code == 204

    assert await _night(sessions, settings) == {"deleted": 0, "left": 1}
    async with transaction(sessions, owner.scope) as session:
        await session.execute(text("UPDATE memberships SET role = 'owner' WHERE user_id = :id"), {"id": ada.user_id})
    assert await _night(sessions, settings) == {"deleted": 1, "left": 0}


async def test_afterwards_nothing_names_the_person_and_the_teams_books_are_whole(
    owner: Person,
    ada: Person,
    people: PeopleFactory,
    sessions: SessionFactory,
    settings: Settings,
    superuser_database_url: str,
) -> None:
    desk = await open_desk(ada)
    invoice = await desk.issued()
    payment = await desk.pay(invoice["id"], "10.00")
    await make_key(ada)
    await tokens_for(ada, people.program())
    await ada.client.post("/api/me/export")
    invited = await ada.client.post("/api/team/invitations", json={"email": "guest@example.com", "role": "viewer"})
    await people.reset_token(people.client(), ada.email)
    await _asked(ada)
    await run_waiting(sessions, settings)

    assert await _night(sessions, settings) == {"deleted": 1, "left": 0}
    assert invited.is_success
    left = await Leftovers(superuser_database_url).saying(ada.email, "Lovelace-Canary", str(ada.user_id))
    assert {*left} <= {*KEPT}, left
    answer = await people.client().post("/api/auth/log-in", json={"email": ada.email, "password": PASSWORD})
    assert answer.status_code == 401
    shown = (await owner.client.get(f"/api/invoices/{invoice['id']}")).json()
    assert shown["number"] == invoice["number"]
    assert payment["id"] in str((await owner.client.get(f"/api/invoices/{invoice['id']}/payments")).json())
    (members,) = [(await owner.client.get("/api/team/members")).json()["items"]]
    assert [member["user_id"] for member in members] == [str(owner.user_id)]


async def test_what_refers_to_a_person_goes_with_them_or_forgets_them(sessions: SessionFactory) -> None:
    async with transaction(sessions) as session:
        rows = await session.execute(
            text(
                "SELECT conrelid::regclass || ' ' || conname AS key, confdeltype FROM pg_constraint "
                "WHERE contype = 'f' AND confrelid = 'users'::regclass"
            )
        )
        actions = {row.key: row.confdeltype for row in rows}

    assert len(actions) > 10
    assert {key for key, action in actions.items() if action not in {b"c", b"n"}} == set(), (
        "neither CASCADE nor SET NULL"
    )
