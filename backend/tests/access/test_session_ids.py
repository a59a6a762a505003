"""Control 15: no cookie that somebody else chose becomes a session, and whatever changes what a session may do gives it a new id."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import msgspec
import pytest

from app.config import Settings
from app.db.session import SessionFactory
from app.lib import clock
from tests.second_factors.conftest import PASSWORD, Factors, code_of
from tests.support.jobs import link_token, mails_to, run_waiting
from tests.support.people import PeopleFactory, Person

PLANTED = "chosen-by-somebody-else-and-43-characters-x"
GRACE = {"name": "Grace", "email": "grace@example.com", "password": PASSWORD, "team_name": "Engines"}


class Cast(msgspec.Struct):
    """Ada, her team, and the means to sign in and be invited."""

    ada: Person
    factors: Factors
    people: PeopleFactory
    sessions: SessionFactory
    settings: Settings

    async def invitation(self, email: str) -> str:
        asked = await self.ada.client.post("/api/team/invitations", json={"email": email, "role": "viewer"})
        assert asked.status_code == 201, asked.text
        await run_waiting(self.sessions, self.settings, team_id=self.ada.team_id)
        return link_token((await mails_to(self.sessions, email))[-1].text)


# Passkey challenges are written in transactions of their own, so these tests commit.
@pytest.fixture
async def cast(
    committed_owner: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory, settings: Settings
) -> Cast:
    factors = Factors(committed_sessions, settings, committed_people)
    await factors.give_password(committed_owner)
    return Cast(committed_owner, factors, committed_people, committed_sessions, settings)


# --- ways in, each with whatever cookie the browser has


async def _by_password(cast: Cast, browser: httpx.AsyncClient) -> httpx.Response:
    return await browser.post("/api/auth/log-in", json={"email": cast.ada.email, "password": PASSWORD})


async def _by_passkey(cast: Cast, browser: httpx.AsyncClient) -> httpx.Response:
    key = await cast.factors.give_passkey(cast.ada)
    options = (await browser.post("/api/auth/log-in/passkey/options")).json()["options"]
    return await browser.post("/api/auth/log-in/passkey", json={"credential": key.get(options)})


async def _by_confirming_an_address(cast: Cast, browser: httpx.AsyncClient) -> httpx.Response:
    return await cast.people.sign_up(browser, GRACE)


async def _by_invitation(cast: Cast, browser: httpx.AsyncClient) -> httpx.Response:
    token = await cast.invitation("grace@example.com")
    return await browser.post("/api/invitations/join", json={"token": token, "name": "Grace", "password": PASSWORD})


WAYS_IN = [_by_password, _by_passkey, _by_confirming_an_address, _by_invitation]


@pytest.mark.parametrize("enter", WAYS_IN, ids=lambda way: way.__name__)
async def test_control_15_a_cookie_chosen_by_somebody_else_never_becomes_a_session(
    cast: Cast, enter: Callable[[Cast, httpx.AsyncClient], Awaitable[httpx.Response]]
) -> None:
    victim = cast.people.client(PLANTED)
    answer = await enter(cast, victim)

    assert answer.is_success, answer.text
    assert answer.cookies[cast.settings.session_cookie] != PLANTED
    assert (await cast.people.client(PLANTED).get("/api/me")).status_code == 401


@pytest.mark.parametrize("enter", WAYS_IN, ids=lambda way: way.__name__)
async def test_control_15_a_planted_session_of_the_attackers_own_does_not_become_the_victims(
    cast: Cast, enter: Callable[[Cast, httpx.AsyncClient], Awaitable[httpx.Response]]
) -> None:
    attacker = await cast.people.owner("Attackers")
    victim = cast.people.client(attacker.token)
    answer = await enter(cast, victim)
    me = (await cast.people.client(answer.cookies[cast.settings.session_cookie]).get("/api/me")).json()

    assert me["user"]["id"] != str(attacker.user_id)
    assert (await attacker.client.get("/api/me")).status_code == 401, "the browser's session of before has ended"


# --- what changes a session


async def _second_step(cast: Cast) -> tuple[str, httpx.Response]:
    secret, _ = await cast.factors.give_authenticator(cast.ada)
    browser = await cast.factors.log_in(cast.ada)
    half = browser.cookies[cast.settings.session_cookie]
    return half, await browser.post("/api/auth/second-factor", json={"code": code_of(secret)})


async def _step_up(cast: Cast) -> tuple[str, httpx.Response]:
    await cast.factors.make_stale(cast.ada)
    return cast.ada.token, await cast.ada.client.post("/api/auth/step-up", json={"password": PASSWORD})


async def _first_second_factor(cast: Cast) -> tuple[str, httpx.Response]:
    setup = (await cast.ada.client.post("/api/me/authenticator")).json()
    confirmation = {"code": code_of(setup["secret"])}
    return cast.ada.token, await cast.ada.client.post("/api/me/authenticator/confirm", json=confirmation)


async def _new_team(cast: Cast) -> tuple[str, httpx.Response]:
    return cast.ada.token, await cast.ada.client.post("/api/me/teams", json={"name": "Looms"})


async def _other_team(cast: Cast) -> tuple[str, httpx.Response]:
    created = await cast.ada.client.post("/api/me/teams", json={"name": "Looms"})
    before = created.cookies[cast.settings.session_cookie]
    return before, await cast.ada.client.post("/api/me/team", json={"team_id": str(cast.ada.team_id)})


async def _accepted_invitation(cast: Cast) -> tuple[str, httpx.Response]:
    guest = await cast.people.owner("Guests")
    token = await cast.invitation(guest.email)
    return guest.token, await guest.client.post("/api/invitations/accept", json={"token": token})


async def _changed_password(cast: Cast) -> tuple[str, httpx.Response]:
    change = {"current_password": PASSWORD, "new_password": "four unrelated words"}
    return cast.ada.token, await cast.ada.client.post("/api/me/password", json=change)


CHANGES = [
    _second_step,
    _step_up,
    _first_second_factor,
    _new_team,
    _other_team,
    _accepted_invitation,
    _changed_password,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_control_15_a_change_of_what_a_session_may_do_gives_it_a_new_id_and_ends_the_old_one(
    cast: Cast, change: Callable[[Cast], Awaitable[tuple[str, httpx.Response]]]
) -> None:
    before, answer = await change(cast)

    assert answer.is_success, answer.text
    after = answer.cookies[cast.settings.session_cookie]
    assert after != before
    assert (await cast.people.client(before).get("/api/auth/second-factor")).status_code == 401
    assert (await cast.people.client(after).get("/api/me")).status_code == 200


async def test_control_16_a_new_id_does_not_move_the_end_of_a_session(cast: Cast) -> None:
    start = clock.now()
    for day in range(14):
        with clock.turned_to(start + timedelta(days=day)):
            assert (await cast.ada.client.get("/api/me")).status_code == 200
            assert (await cast.ada.client.post("/api/auth/step-up", json={"password": PASSWORD})).status_code == 204
        with clock.turned_to(start + timedelta(days=day, hours=12)):
            assert (await cast.ada.client.get("/api/me")).status_code == 200
    with clock.turned_to(start + timedelta(days=14, seconds=1)):
        assert (await cast.ada.client.get("/api/me")).status_code == 401
