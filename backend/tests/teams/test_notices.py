"""Whoever owns a team hears of it when somebody else does."""

from app.config import Settings
from app.db.session import SessionFactory
from app.models import Role
from tests.support.jobs import mails_to, run_waiting
from tests.support.people import PeopleFactory, Person


async def test_control_14_every_owner_hears_of_a_new_one(
    owner: Person, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> None:
    second, third = [await people.member(owner.team_id, role) for role in (Role.OWNER, Role.MEMBER)]
    admin = await people.member(owner.team_id, Role.ADMIN)
    body = {"user_id": str(third.user_id), "is_handover": False}
    assert (await owner.client.post("/api/team/ownership", json=body)).status_code == 200
    await run_waiting(sessions, settings, team_id=owner.team_id)

    told = f"{third.name} is now an owner of Northwind"
    expected = [(owner, [told]), (second, [told]), (third, ["You are now an owner of Northwind"]), (admin, [])]
    for person, subjects in expected:
        assert [mail.subject for mail in await mails_to(sessions, person.email)] == subjects


async def test_control_14_a_handover_is_told_to_both_and_to_the_other_owners(
    owner: Person, people: PeopleFactory, sessions: SessionFactory, settings: Settings
) -> None:
    second, third = [await people.member(owner.team_id, role) for role in (Role.OWNER, Role.MEMBER)]
    body = {"user_id": str(third.user_id), "is_handover": True}
    assert (await owner.client.post("/api/team/ownership", json=body)).status_code == 200
    await run_waiting(sessions, settings, team_id=owner.team_id)

    for person, subject in (
        (owner, "You are no longer the owner of Northwind"),
        (second, f"{third.name} is now an owner of Northwind"),
        (third, "You are now the owner of Northwind"),
    ):
        assert [mail.subject for mail in await mails_to(sessions, person.email)] == [subject]
