"""Those who run the installation, signed in as they must be: with two factors, just now."""

import httpx
from sqlalchemy import update

from app.db.session import SessionFactory, transaction
from app.models import Session
from tests.support.people import PeopleFactory, Person


async def administrator(people: PeopleFactory, sessions: SessionFactory, name: str = "Administration") -> Person:
    person = await people.owner(name, is_platform_admin=True)
    async with transaction(sessions) as session:
        await session.execute(update(Session).where(Session.user_id == person.user_id).values(assurance_level=2))
    return person


def impersonating(people: PeopleFactory, started: httpx.Response, person: Person) -> Person:
    """The person as the administrator's browser is them from now on."""
    token = started.cookies["quittance_session"]
    return Person(
        user_id=person.user_id,
        team_id=person.team_id,
        name=person.name,
        email=person.email,
        role=person.role,
        token=token,
        client=people.client(token),
    )
