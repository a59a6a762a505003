"""Linking and unlinking an account elsewhere, and confirming with it who one is."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.ids import new_id
from app.models import JobRun, Passkey, User
from tests.federation.travel import Traveller, asked_of, at_hostile, problem_in
from tests.support.hostile_provider import HostileProvider
from tests.support.jobs import mails_to, run_waiting
from tests.support.oidc_mock import OidcMock
from tests.support.people import PeopleFactory, Person


async def _password(sessions: SessionFactory, person: Person, password_hash: str | None) -> None:
    async with transaction(sessions) as session:
        (await session.get_one(User, person.user_id)).password_hash = password_hash


async def _linked(person: Person) -> list[dict[str, Any]]:
    return (await person.client.get("/api/me/linked-accounts")).json()


async def _link(owner: Person, mock: OidcMock, subject: str = "ada") -> str:
    mine = Traveller(owner.client)
    return await mine.come_back(await mock.log_in(await mine.leave_signed_in("mock", "link"), subject))


async def test_control_26_a_person_links_and_unlinks_from_their_own_fresh_session(
    people: PeopleFactory, mock: OidcMock
) -> None:
    owner = await people.owner()
    assert await _link(owner, mock) == "/settings/security"
    (account,) = await _linked(owner)
    assert (account["provider_id"], account["is_only_way_in"]) == ("mock", False)
    with clock.turned_to(clock.now() + timedelta(minutes=11)):
        stale = [
            await owner.client.post("/api/auth/federation/mock/link", json={}),
            await owner.client.delete(f"/api/me/linked-accounts/{account['id']}"),
        ]
    assert [answer.json()["type"] for answer in stale] == ["urn:quittance:problem:step-up-required"] * 2

    assert (await owner.client.delete(f"/api/me/linked-accounts/{account['id']}")).status_code == 204
    assert await _linked(owner) == []


async def test_a_mail_tells_of_each_account_that_is_linked_or_unlinked(
    people: PeopleFactory, mock: OidcMock, sessions: SessionFactory, settings: Settings
) -> None:
    owner = await people.owner()
    await _link(owner, mock)
    (account,) = await _linked(owner)
    assert (await owner.client.delete(f"/api/me/linked-accounts/{account['id']}")).status_code == 204
    await run_waiting(sessions, settings, team_id=owner.team_id)

    linked, unlinked = await mails_to(sessions, owner.email)
    for mail, done in ((linked, "linked"), (unlinked, "unlinked")):
        assert done in mail.subject
        assert "Mock" in mail.text
        assert "127.0.0.1" in mail.text


async def test_what_was_refused_or_was_so_already_is_no_news(
    people: PeopleFactory, mock: OidcMock, sessions: SessionFactory
) -> None:
    owner, other = await people.owner("One"), await people.owner("Other")
    for person in (owner, owner, other):
        await _link(person, mock)
    (account,) = await _linked(owner)
    await _password(sessions, owner, None)
    assert (await owner.client.delete(f"/api/me/linked-accounts/{account['id']}")).status_code == 409

    notices = select(func.count()).where(JobRun.task == "send_credential_notice")
    counts: list[int | None] = []
    for person in (owner, other):
        async with transaction(sessions, person.scope) as session:
            counts.append(await session.scalar(notices))
    assert counts == [1, 0]


async def test_control_26_another_person_cannot_finish_a_link(people: PeopleFactory, mock: OidcMock) -> None:
    owner, other = await people.owner("One"), await people.owner("Other")
    mine = Traveller(owner.client)
    back = await mock.log_in(await mine.leave_signed_in("mock", "link"), "ada")
    owner.client.cookies.set("quittance_session", other.token)

    assert await mine.come_back(back) == "/settings/security?problem=other-session&provider=mock"
    assert await _linked(other) == []


async def test_control_26_an_identity_opens_one_account_only(people: PeopleFactory, mock: OidcMock) -> None:
    owner, other = await people.owner("One"), await people.owner("Other")
    await _link(owner, mock)

    assert problem_in(await _link(other, mock)) == "identity-taken"
    assert problem_in(await _link(owner, mock, "a second account")) == "already-linked"
    (account,) = await _linked(owner)
    assert (await other.client.delete(f"/api/me/linked-accounts/{account['id']}")).status_code == 404


async def test_the_last_way_in_cannot_be_unlinked(
    people: PeopleFactory, mock: OidcMock, sessions: SessionFactory
) -> None:
    owner = await people.owner()
    await _link(owner, mock)
    await _password(sessions, owner, None)
    (account,) = await _linked(owner)
    answer = await owner.client.delete(f"/api/me/linked-accounts/{account['id']}")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:quittance:problem:only-way-in")
    assert account["is_only_way_in"] is True


async def test_with_a_passkey_an_account_may_be_unlinked(
    people: PeopleFactory, mock: OidcMock, sessions: SessionFactory
) -> None:
    owner = await people.owner()
    await _link(owner, mock)
    await _password(sessions, owner, None)
    async with transaction(sessions) as session:
        session.add(
            Passkey(
                id=new_id(),
                user_id=owner.user_id,
                credential_id=b"desk",
                public_key=b"key",
                sign_count=0,
                transports=[],
                is_synced=False,
                name="Desk",
                created_at=clock.now(),
            )
        )
    (account,) = await _linked(owner)
    unlinked = await owner.client.delete(f"/api/me/linked-accounts/{account['id']}")

    assert account["is_only_way_in"] is False
    assert unlinked.status_code == 204, unlinked.text


async def test_a_log_in_at_the_provider_just_now_makes_the_session_fresh_again(
    people: PeopleFactory, hostile: HostileProvider, sessions: SessionFactory
) -> None:
    owner = await people.owner()
    mine = Traveller(owner.client)
    assert (
        await mine.come_back(at_hostile(hostile, await mine.leave_signed_in("hostile", "link"))) == "/settings/security"
    )
    await _password(sessions, owner, None)
    with clock.turned_to(clock.now() + timedelta(minutes=20)):
        now = int(clock.now().timestamp())
        for auth_time, expected in (
            (None, "step-up-failed"), (now - 600, "step-up-failed"), (now + 600, "step-up-failed"), (True, "step-up-failed"), (now, ""),
        ):  # fmt: skip
            hostile.claims = {"auth_time": auth_time, "iat": now, "exp": now + 300}
            address = await mine.leave_signed_in("hostile", "step-up")
            assert (asked_of(address)["prompt"], asked_of(address)["max_age"]) == ("login", "0")
            assert problem_in(await mine.come_back(at_hostile(hostile, address))) == expected
        assert (await owner.client.post("/api/auth/federation/hostile/link", json={})).status_code == 200
        assert (await people.client(owner.token).get("/api/me")).status_code == 401, "a new id"


async def test_another_account_at_the_provider_does_not_step_up(
    people: PeopleFactory, hostile: HostileProvider, sessions: SessionFactory
) -> None:
    owner = await people.owner()
    mine = Traveller(owner.client)
    await mine.come_back(at_hostile(hostile, await mine.leave_signed_in("hostile", "link")))
    await _password(sessions, owner, None)
    hostile.claims = {"sub": "somebody else", "auth_time": int(clock.now().timestamp())}

    address = await mine.leave_signed_in("hostile", "step-up")
    assert problem_in(await mine.come_back(at_hostile(hostile, address))) == "step-up-failed"


@pytest.mark.parametrize(("provider", "password_hash", "slug"), [
    ("mock", "!", "step-up-by-other-means"), ("github", None, "step-up-impossible"),
])  # fmt: skip
async def test_stepping_up_by_provider_is_for_those_who_have_nothing_else_and_where_the_provider_can(
    people: PeopleFactory, sessions: SessionFactory, provider: str, password_hash: str | None, slug: str
) -> None:
    owner = await people.owner()
    await _password(sessions, owner, password_hash)
    answer = await owner.client.post(f"/api/auth/federation/{provider}/step-up", json={})

    assert (answer.status_code, answer.json()["type"]) == (409, f"urn:quittance:problem:{slug}")
