"""The end of a team: fourteen days in which it works on and can be kept, then nothing of it, or the documents that the law asks for."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.db.session import SessionFactory
from app.lib import clock
from app.models import Role
from app.teams import tasks
from tests.api_clients.conftest import make_key
from tests.invoices.conftest import open_desk
from tests.support.jobs import link_token, mails_to, run_task, run_waiting
from tests.support.leftovers import Leftovers
from tests.support.people import PeopleFactory, Person

DUE = timedelta(days=14, minutes=1)
GUEST = "grace@example.com"


@pytest.fixture
def owner(committed_owner: Person) -> Person:
    return committed_owner


@pytest.fixture
def sessions(committed_sessions: SessionFactory) -> SessionFactory:
    return committed_sessions


@pytest.fixture
def people(committed_people: PeopleFactory) -> PeopleFactory:
    return committed_people


@pytest.fixture
async def member(owner: Person, people: PeopleFactory) -> Person:
    return await people.member(owner.team_id, Role.MEMBER)


@pytest.fixture
def leftovers(superuser_database_url: str) -> Leftovers:
    return Leftovers(superuser_database_url)


async def _close(owner: Person, name: str = "Northwind") -> httpx.Response:
    answer = await owner.client.post("/api/team/deletion", json={"name": name})
    assert answer.status_code == 202, answer.text
    return answer


async def _night(sessions: SessionFactory, settings: Settings, *, after: timedelta = DUE) -> int:
    with clock.turned_to(clock.now() + after):
        return (await run_task(sessions, settings, "close_due_teams"))["closed"]


async def test_a_closing_team_works_on_and_everybody_in_it_is_told(
    owner: Person, member: Person, sessions: SessionFactory, settings: Settings
) -> None:
    due_at = (await _close(owner)).json()["deletion_due_at"]
    await run_waiting(sessions, settings, team_id=owner.team_id)
    body = {"name": "Last customer", "email": "last@example.com", "currency": "EUR"}

    assert (await member.client.post("/api/customers", json=body)).status_code == 201
    for person in (owner, member):
        assert (await person.client.get("/api/me")).json()["team"]["deletion_due_at"] == due_at
        [mail] = await mails_to(sessions, person.email)
        assert "Northwind" in mail.subject
        assert owner.name in mail.text


async def test_a_team_that_is_kept_stays_and_everybody_is_told(
    owner: Person, member: Person, sessions: SessionFactory, settings: Settings
) -> None:
    await _close(owner)
    again = await owner.client.post("/api/team/deletion", json={"name": "Northwind"})
    kept = await owner.client.delete("/api/team/deletion")
    twice = await owner.client.delete("/api/team/deletion")
    await run_waiting(sessions, settings, team_id=owner.team_id)

    assert [answer.status_code for answer in (again, kept, twice)] == [409, 204, 409]
    assert await _night(sessions, settings) == 0
    assert (await member.client.get("/api/customers")).status_code == 200
    assert len(await mails_to(sessions, member.email)) == 2


async def test_nothing_ends_before_its_day(owner: Person, sessions: SessionFactory, settings: Settings) -> None:
    await _close(owner)

    assert await _night(sessions, settings, after=timedelta(days=13, hours=23)) == 0
    assert (await owner.client.get("/api/team")).status_code == 200


async def test_a_team_that_issued_nothing_is_gone_with_all_it_had(
    owner: Person,
    member: Person,
    people: PeopleFactory,
    sessions: SessionFactory,
    settings: Settings,
    leftovers: Leftovers,
) -> None:
    key, desk = (await make_key(owner))["key"], await open_desk(owner)
    await desk.draft()
    token = await _invite(owner, sessions, settings)
    await _close(owner)

    assert await _night(sessions, settings) == 1
    left = await leftovers.of_team(owner.team_id)
    assert {*left} == {"audit_entries"}, "that it was deleted, and by whom"
    for person in (owner, member):
        me = (await person.client.get("/api/me")).json()
        assert (me["user"]["email"], me["team"], me["teams"]) == (person.email, None, [])
    await _opens_for_nobody(owner, people, key=key, token=token)


async def test_of_a_team_that_issued_invoices_the_documents_stay_where_nobody_gets_at_them(
    owner: Person,
    member: Person,
    people: PeopleFactory,
    sessions: SessionFactory,
    settings: Settings,
    leftovers: Leftovers,
) -> None:
    key, desk = (await make_key(owner))["key"], await open_desk(owner)
    await desk.add_customer(name="Never billed")
    issued = await desk.issued()
    await desk.draft()
    token = await _invite(owner, sessions, settings)
    await _close(owner)

    assert await _night(sessions, settings) == 1
    left = await leftovers.of_team(owner.team_id)
    assert (left["invoices"], left["customers"], left["number_series"], left["seller_profiles"]) == (1, 1, 1, 1)
    assert not {"memberships", "api_keys", "api_clients", "sessions"} & {*left}
    assert await leftovers.saying(issued["number"]) != {}
    for person in (owner, member):
        me = (await person.client.get("/api/me")).json()
        assert (me["team"], me["teams"]) == (None, [])
        assert (await person.client.get(f"/api/invoices/{issued['id']}")).status_code == 403
        assert (await person.client.post("/api/me/team", json={"team_id": str(owner.team_id)})).status_code == 404
    await _opens_for_nobody(owner, people, key=key, token=token)
    assert await _night(sessions, settings) == 0, "once"


async def test_a_team_that_cannot_be_closed_keeps_no_other_open(
    owner: Person, people: PeopleFactory, sessions: SessionFactory, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await people.owner("Southwind")
    await _close(owner)
    await _close(other, "Southwind")
    close = tasks.close_team_when_due

    async def fail_for_one(session: AsyncSession, team_id: UUID) -> bool:
        if team_id == owner.team_id:
            raise RuntimeError("the disk is full")
        return await close(session, team_id)

    monkeypatch.setattr(tasks, "close_team_when_due", fail_for_one)
    with pytest.raises(ExceptionGroup, match="1 of 2 teams"):
        await _night(sessions, settings)

    assert (await owner.client.get("/api/team")).status_code == 200
    assert (await other.client.get("/api/me")).json()["teams"] == []


async def _invite(owner: Person, sessions: SessionFactory, settings: Settings) -> str:
    answer = await owner.client.post("/api/team/invitations", json={"email": GUEST, "role": "viewer"})
    assert answer.status_code == 201, answer.text
    await run_waiting(sessions, settings, team_id=owner.team_id)
    return link_token((await mails_to(sessions, GUEST))[-1].text)


async def _opens_for_nobody(owner: Person, people: PeopleFactory, *, key: str, token: str) -> None:
    assert (await people.program(key).get("/api/customers")).status_code == 401
    assert (await people.client().post("/api/invitations/look-up", json={"token": token})).status_code == 404
    assert (await owner.client.get("/api/customers")).json()["type"].endswith(":no-team")
