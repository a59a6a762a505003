"""A change of address: both sides agree, in any order; a link is for one side of one change, and races have one winner."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from app.auth.passwords import Passwords
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import User
from tests.support.jobs import link_token, mails_to, run_waiting
from tests.support.people import PeopleFactory, Person

PREFIX = "urn:quittance:problem:"
NEW = "new@example.com"


class Post:
    """A person who asks for another address, and the letters that this brings."""

    def __init__(self, person: Person, people: PeopleFactory, sessions: SessionFactory, settings: Settings) -> None:
        self.person = person
        self.anybody = people.client()
        self._sessions = sessions
        self._settings = settings

    async def ask(self, new_email: str = NEW) -> tuple[str, str]:
        """Return the tokens that the present and the new address were mailed."""
        answer = await self.person.client.post("/api/me/email-change", json={"new_email": new_email})
        assert answer.status_code == 202, answer.text
        return await self.mailed(self.person.email), await self.mailed(new_email)

    async def mailed(self, address: str) -> str:
        await run_waiting(self._sessions, self._settings)
        return link_token((await mails_to(self._sessions, address))[-1].text)

    async def confirm(self, token: str, action: str = "confirm") -> httpx.Response:
        return await self.anybody.post(f"/api/auth/email-change/{action}", json={"token": token})

    async def address(self) -> str:
        return (await self.person.client.get("/api/me")).json()["user"]["email"]


@pytest.fixture
def post(owner: Person, people: PeopleFactory, sessions: SessionFactory, settings: Settings) -> Post:
    return Post(owner, people, sessions, settings)


@pytest.fixture
def committed_post(
    committed_owner: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory, settings: Settings
) -> Post:
    return Post(committed_owner, committed_people, committed_sessions, settings)


def _kind(answer: httpx.Response) -> str:
    return answer.json()["type"].removeprefix(PREFIX)


@pytest.mark.parametrize("is_new_first", [True, False])
async def test_one_side_alone_changes_nothing(post: Post, *, is_new_first: bool) -> None:
    present, new = await post.ask()
    first, second = (new, present) if is_new_first else (present, new)

    assert (await post.confirm(first)).json() == {"new_email": NEW, "is_complete": False}
    assert await post.address() == post.person.email
    assert (await post.confirm(second)).json() == {"new_email": NEW, "is_complete": True}
    assert await post.address() == NEW


async def test_control_06_one_side_cannot_confirm_twice_in_place_of_the_other(post: Post) -> None:
    _, new = await post.ask()
    answers = [await post.confirm(new) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert await post.address() == post.person.email


async def test_control_06_the_links_of_a_change_end_with_the_next_one(post: Post) -> None:
    old_present, old_new = await post.ask("first@example.com")
    present, new = await post.ask("second@example.com")

    for dead in (old_present, old_new):
        assert _kind(await post.confirm(dead)) == "link-not-valid"
    for live in (present, new):
        assert (await post.confirm(live)).status_code == 200
    assert await post.address() == "second@example.com"
    assert await mails_to(post._sessions, "first@example.com") != []


async def test_control_06_links_of_a_change_open_nothing_else_and_no_other_link_confirms_one(
    post: Post, people: PeopleFactory
) -> None:
    present, new = await post.ask()
    reset = await people.reset_token(people.client(), post.person.email)
    for token in (present, new):
        body = {"token": token, "new_password": "four unrelated words"}
        assert (await post.anybody.post("/api/auth/password-reset/complete", json=body)).status_code == 409
        verify = {"token": token, "password": "four unrelated words"}
        assert (await post.anybody.post("/api/auth/verify-email", json=verify)).status_code == 409
        assert (await post.person.client.post("/api/me/verify-email", json={"token": token})).status_code == 409

    assert _kind(await post.confirm(reset)) == "link-not-valid"
    assert await post.address() == post.person.email


@pytest.mark.parametrize("how", ["cancelled", "refused", "too old"])
async def test_control_06_a_change_that_was_called_off_or_is_too_old_happens_no_more(post: Post, how: str) -> None:
    present, new = await post.ask()
    if how == "cancelled":
        assert (await post.person.client.delete("/api/me/email-change")).status_code == 204
    elif how == "refused":
        assert (await post.confirm(present, "refuse")).status_code == 204
    with clock.turned_to(clock.now() + timedelta(minutes=61 if how == "too old" else 1)):
        answers = [await post.confirm(token) for token in (present, new)]

    assert [_kind(answer) for answer in answers] == ["link-not-valid"] * 2
    assert await post.address() == post.person.email


async def test_only_the_present_address_refuses(post: Post) -> None:
    _, new = await post.ask()

    assert (await post.confirm(new, "refuse")).status_code == 409
    assert (await post.person.client.get("/api/me/email-change")).json()["change"] is not None


async def test_control_06_after_the_change_older_links_to_either_address_are_dead(
    post: Post, people: PeopleFactory, sessions: SessionFactory
) -> None:
    async with transaction(sessions) as session:
        user = await session.get_one(User, post.person.user_id)
        user.password_hash = await Passwords().hash("seven small boats went home")
    reset = await people.reset_token(people.client(), post.person.email)
    for token in await post.ask():
        assert (await post.confirm(token)).status_code == 200

    new_password = {"token": reset, "new_password": "four unrelated words"}
    assert (await post.anybody.post("/api/auth/password-reset/complete", json=new_password)).status_code == 409
    for email, status in ((post.person.email, 401), (NEW, 200)):
        log_in = {"email": email, "password": "seven small boats went home"}
        assert (await people.client().post("/api/auth/log-in", json=log_in)).status_code == status


async def test_an_address_that_somebody_took_meanwhile_stays_theirs(post: Post, people: PeopleFactory) -> None:
    present, new = await post.ask()
    assert (await post.confirm(present)).status_code == 200
    taken = {"name": "Eve", "email": NEW, "password": "four unrelated words", "team_name": "Elsewhere"}
    assert (await people.sign_up(people.client(), taken)).status_code == 200
    answer = await post.confirm(new)

    assert (answer.status_code, _kind(answer)) == (409, "email-taken")
    assert await post.address() == post.person.email


async def test_control_06_no_token_of_a_change_is_stored_as_it_is(post: Post, sessions: SessionFactory) -> None:
    tokens = await post.ask()
    tables = ("email_tokens", "email_changes", "job_runs", "saq_jobs", "audit_entries")
    async with transaction(sessions) as session:
        for table in tables:
            for token in tokens:
                statement = text(f"SELECT count(*) FROM {table} t WHERE t::text LIKE :token")
                assert await session.scalar(statement, {"token": f"%{token}%"}) == 0


async def test_of_two_changes_asked_for_at_once_one_is_open(
    committed_post: Post, committed_sessions: SessionFactory
) -> None:
    addresses = [f"{number}@example.com" for number in range(4)]
    answers = await asyncio.gather(
        *(committed_post.person.client.post("/api/me/email-change", json={"new_email": each}) for each in addresses)
    )

    assert {answer.status_code for answer in answers} <= {202, 409}, [answer.text for answer in answers]
    assert 202 in {answer.status_code for answer in answers}
    async with transaction(committed_sessions) as session:
        is_open = "completed_at IS NULL AND cancelled_at IS NULL"
        statement = text(f"SELECT count(*) FROM email_changes WHERE {is_open}")
        assert await session.scalar(statement) == 1


async def test_both_sides_who_confirm_at_once_complete_the_change_once(
    committed_post: Post, committed_sessions: SessionFactory, settings: Settings
) -> None:
    tokens = await committed_post.ask()
    answers = await asyncio.gather(*(committed_post.confirm(token) for token in tokens * 2))

    assert sorted(answer.status_code for answer in answers) == [200, 200, 409, 409]
    assert sorted(answer.json()["is_complete"] for answer in answers if answer.is_success) == [False, True]
    assert await committed_post.address() == NEW
    await run_waiting(committed_sessions, settings)
    told = [mail.subject for mail in await mails_to(committed_sessions, committed_post.person.email)]
    assert told.count("Your e-mail address was changed") == 1


async def test_of_two_people_who_want_one_address_one_gets_it(
    committed_post: Post, committed_people: PeopleFactory, committed_sessions: SessionFactory, settings: Settings
) -> None:
    other = Post(await committed_people.owner("Other"), committed_people, committed_sessions, settings)
    mine, theirs = await committed_post.ask(), await other.ask()
    for post, tokens in ((committed_post, mine), (other, theirs)):
        assert (await post.confirm(tokens[0])).status_code == 200
    answers = await asyncio.gather(committed_post.confirm(mine[1]), other.confirm(theirs[1]))

    assert sorted(answer.status_code for answer in answers) == [200, 409], [answer.text for answer in answers]
    assert [await committed_post.address(), await other.address()].count(NEW) == 1
