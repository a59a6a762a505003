"""Control 6 over every link that is mailed: which there are, how long they last, where each works, and that no table holds one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.accounts.links import VALID_MINUTES
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib.tokens import new_token
from app.models import TokenPurpose, User
from app.teams.invitations import VALID_FOR
from tests.support.jobs import link_token, mails_to, run_waiting
from tests.support.leftovers import Leftovers
from tests.support.people import PeopleFactory, Person

PASSWORD = "seven small boats went home"
SIGN_UP = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD, "team_name": "Engines"}
GUEST = "grace@example.com"

type Body = Callable[[str], dict[str, Any]]

# Where a link's token is shown: path and body. The signed-in person of `/me` is the one whom the links are about.
DOORS: dict[str, tuple[str, Body]] = {
    "sign-up": ("/api/auth/verify-email", lambda token: {"token": token, "password": PASSWORD}),
    "address": ("/api/me/verify-email", lambda token: {"token": token}),
    "reset": ("/api/auth/password-reset/complete", lambda token: {"token": token, "new_password": PASSWORD}),
    "change": ("/api/auth/email-change/confirm", lambda token: {"token": token}),
    "refusal": ("/api/auth/email-change/refuse", lambda token: {"token": token}),
    "invitation": ("/api/invitations/look-up", lambda token: {"token": token}),
    "joining": ("/api/invitations/join", lambda token: {"token": token, "name": "Grace", "password": PASSWORD}),
}
OWN_DOORS = {
    "sign-up": {"sign-up"},
    "address": {"address"},
    "reset": {"reset"},
    "change, present address": {"change", "refusal"},
    "change, new address": {"change"},
    "invitation": {"invitation", "joining"},
}


@pytest.fixture
async def tokens(
    committed_owner: Person, committed_people: PeopleFactory, committed_sessions: SessionFactory, settings: Settings
) -> dict[str, str]:
    """One mailed token of each kind."""
    owner, client = committed_owner, committed_people.client()

    async def mailed(address: str) -> str:
        await run_waiting(committed_sessions, settings)
        await run_waiting(committed_sessions, settings, team_id=owner.team_id)
        return link_token((await mails_to(committed_sessions, address))[-1].text)

    assert (await client.post("/api/auth/sign-up", json=SIGN_UP)).status_code == 202
    found = {
        "sign-up": await mailed("ada@example.com"),
        "reset": await committed_people.reset_token(client, owner.email),
    }
    invited = await owner.client.post("/api/team/invitations", json={"email": GUEST, "role": "viewer"})
    assert invited.status_code == 201
    found["invitation"] = await mailed(GUEST)
    assert (await owner.client.post("/api/me/email-change", json={"new_email": "new@example.com"})).status_code == 202
    found["change, new address"] = await mailed("new@example.com")
    found["change, present address"] = await mailed(owner.email)
    async with transaction(committed_sessions) as session:
        await session.execute(update(User).where(User.id == owner.user_id).values(email_verified_at=None))
    assert (await owner.client.post("/api/me/verification-mail")).status_code == 202
    found["address"] = await mailed(owner.email)
    return found


async def test_control_06_a_link_opens_its_own_door_and_no_other(
    tokens: dict[str, str], committed_owner: Person
) -> None:
    async def show(kind: str, door: str) -> httpx.Response:
        path, body = DOORS[door]
        return await committed_owner.client.post(path, json=body(tokens[kind]))

    for kind, own in OWN_DOORS.items():
        for door in sorted({*DOORS} - own):
            answer = await show(kind, door)
            assert answer.status_code in {404, 409}, (kind, door, answer.text)

    assert (await show("invitation", "invitation")).status_code == 200
    assert (await show("address", "address")).status_code == 204
    assert (await show("change, new address", "change")).json()["is_complete"] is False
    assert (await show("change, present address", "refusal")).status_code == 204
    assert (await show("reset", "reset")).status_code == 204
    assert (await show("sign-up", "sign-up")).status_code == 200


async def test_control_06_no_mailed_token_stands_in_any_table(
    tokens: dict[str, str], superuser_database_url: str
) -> None:
    found = await Leftovers(superuser_database_url).saying(*tokens.values())

    assert {*tokens} == {*OWN_DOORS}
    assert {*found} == {"mailbox_messages"}, "development's mailbox stands in for the outside world"


def test_control_06_links_are_256_random_bits_and_last_an_hour_at_most() -> None:
    made = {new_token() for _ in range(1000)}

    assert len(made) == 1000
    assert {len(token) for token in made} == {43}, "32 bytes in base64"
    assert {*VALID_MINUTES} == {*TokenPurpose}
    assert all(10 <= minutes <= 60 for minutes in VALID_MINUTES.values())
    assert timedelta(days=7) == VALID_FOR, "an invitation waits for somebody who expects no mail"


def _told(answer: httpx.Response) -> tuple[object, ...]:
    moving = {"x-request-id", "date", "ratelimit"}
    headers = {name: value for name, value in answer.headers.items() if name not in moving}
    body = {name: value for name, value in answer.json().items() if name != "instance"}
    return answer.status_code, body, headers


async def test_control_05_log_in_answers_alike_and_does_the_same_work_for_known_and_unknown_addresses(
    client: httpx.AsyncClient, people: PeopleFactory, statements: list[str]
) -> None:
    await people.sign_up(client, SIGN_UP)
    seen: list[tuple[object, ...]] = []
    for email in ("ada@example.com", "nobody@example.com"):
        statements.clear()
        answer = await people.client().post("/api/auth/log-in", json={"email": email, "password": "wrong in any case"})
        seen.append((_told(answer), [statement for statement in statements if "SAVEPOINT" not in statement]))

    assert seen[0][0] == seen[1][0]
    assert seen[0][1] == seen[1][1]


async def test_control_05_a_link_that_was_never_made_is_answered_like_one_that_was_used(
    client: httpx.AsyncClient, people: PeopleFactory
) -> None:
    await people.sign_up(client, SIGN_UP)
    token = await people.reset_token(people.client(), "ada@example.com")
    answers: list[httpx.Response] = []
    for shown in (token, token, new_token()):
        body = {"token": shown, "new_password": "four unrelated words, honestly"}
        answers.append(await people.client().post("/api/auth/password-reset/complete", json=body))

    assert answers[0].status_code == 204
    assert _told(answers[1]) == _told(answers[2])
