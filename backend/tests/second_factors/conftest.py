"""People with second factors, and log-ins that stop half-way."""

from datetime import timedelta

import httpx
import msgspec
import pytest
from litestar import Litestar
from pyotp.totp import TOTP
from sqlalchemy import update

from app.auth.passwords import Passwords
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import Session, User
from tests.support.passkeys import SoftwareKey
from tests.support.people import PeopleFactory, Person

PASSWORD = "the password until now"


def code_of(secret: str, *, steps_ahead: int = 0) -> str:
    return TOTP(secret).generate_otp(int(clock.now().timestamp()) // 30 + steps_ahead)


class Factors(msgspec.Struct):
    """Gives people second factors through the API, as they would."""

    sessions: SessionFactory
    settings: Settings
    people: PeopleFactory

    async def give_password(self, person: Person) -> None:
        async with transaction(self.sessions) as session:
            user = await session.get_one(User, person.user_id)
            user.password_hash = await Passwords().hash(PASSWORD)

    async def give_authenticator(self, person: Person) -> tuple[str, list[str]]:
        """Set it up in the past, so that the present code is still unused; return secret and recovery codes."""
        with clock.turned_to(clock.now() - timedelta(minutes=3)):
            setup = await person.client.post("/api/me/authenticator")
            assert setup.status_code == 200, setup.text
            secret = setup.json()["secret"]
            confirmed = await person.client.post("/api/me/authenticator/confirm", json={"code": code_of(secret)})
            assert confirmed.status_code == 200, confirmed.text
        return secret, confirmed.json()["recovery_codes"]

    async def give_passkey(self, person: Person, name: str = "Key ring", **behaviour: int | None) -> SoftwareKey:
        key = SoftwareKey(**behaviour)
        options = (await person.client.post("/api/me/passkeys/options")).json()["options"]
        added = await person.client.post("/api/me/passkeys", json={"name": name, "credential": key.create(options)})
        assert added.status_code == 201, added.text
        return key

    async def log_in(self, person: Person) -> httpx.AsyncClient:
        """A new browser in which the password was right."""
        browser = self.people.client()
        answer = await browser.post("/api/auth/log-in", json={"email": person.email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return browser

    async def make_stale(self, person: Person) -> None:
        """Let the last proof of identity be eleven minutes old, in all their sessions."""
        async with transaction(self.sessions) as session:
            past = clock.now() - timedelta(minutes=11)
            await session.execute(
                update(Session).where(Session.user_id == person.user_id).values(authenticated_at=past)
            )


# Attempts and challenges are written in transactions of their own. In one that is rolled back with the test they would share its
# connection, and leave it without the team that the request's own transaction was scoped to: so all of these tests commit.


@pytest.fixture
def sessions(committed_sessions: SessionFactory) -> SessionFactory:
    return committed_sessions


@pytest.fixture
def app(committed_app: Litestar) -> Litestar:
    return committed_app


@pytest.fixture
def people(committed_people: PeopleFactory) -> PeopleFactory:
    return committed_people


@pytest.fixture
async def owner(people: PeopleFactory) -> Person:
    return await people.owner()


@pytest.fixture
def factors(sessions: SessionFactory, settings: Settings, people: PeopleFactory) -> Factors:
    return Factors(sessions, settings, people)


@pytest.fixture
async def ada(factors: Factors, owner: Person) -> Person:
    """Somebody with a password that is known."""
    await factors.give_password(owner)
    return owner
