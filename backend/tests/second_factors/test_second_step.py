"""Control 12: a password alone opens half a session, which reaches the second step, the way out, and nothing else."""

import re
from collections import defaultdict

import pytest
from litestar import Litestar

from app.auth.guards import Identified, Public
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.models import User
from tests.auth.policies import STREAMS, endpoints
from tests.second_factors.conftest import PASSWORD, Factors, code_of
from tests.support.people import PeopleFactory, Person


async def test_the_log_in_says_that_the_second_step_is_due_and_how_it_is_taken(ada: Person, factors: Factors) -> None:
    await factors.give_authenticator(ada)
    await factors.give_passkey(ada)
    browser = factors.people.client()
    answer = await browser.post("/api/auth/log-in", json={"email": ada.email, "password": PASSWORD})

    assert answer.json() == {"is_second_factor_due": True}
    assert (await browser.get("/api/auth/second-factor")).json() == {
        "is_due": True,
        "methods": ["passkey", "one_time_code", "recovery_code"],
    }
    refused = await browser.get("/api/me")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:quittance:problem:second-factor-due")


async def test_control_12_half_a_session_reaches_only_the_second_step_and_the_log_out(
    app: Litestar, ada: Person, factors: Factors
) -> None:
    await factors.give_authenticator(ada)
    browser = await factors.log_in(ada)
    reached = set[str]()
    some_id = str(ada.user_id)
    ids = defaultdict[str, str](lambda: some_id)
    for endpoint in endpoints(app):
        if endpoint.name in STREAMS or endpoint.name == "log_out" or isinstance(endpoint.policy, Public | None):
            continue
        url = re.sub(r"{\w+:uuid}", some_id, endpoint.url({}))
        answer = await browser.request(endpoint.method, url, json=endpoint.body(ids))
        is_refused = answer.status_code == 403 and answer.json()["type"] == "urn:quittance:problem:second-factor-due"
        if not is_refused:
            reached.add(endpoint.name)
            assert isinstance(endpoint.policy, Identified), endpoint.id

    assert reached >= {"get_second_step", "take_second_step"}
    assert (await browser.post("/api/auth/log-out")).status_code == 204
    assert (await browser.get("/api/auth/second-factor")).status_code == 401


async def test_control_12_half_a_session_opens_no_stream(ada: Person, factors: Factors) -> None:
    await factors.give_authenticator(ada)
    browser = await factors.log_in(ada)

    assert (await browser.get("/api/events")).status_code == 403


async def test_control_15_the_second_step_gives_the_session_a_new_id(
    ada: Person, factors: Factors, people: PeopleFactory, settings: Settings
) -> None:
    secret, _ = await factors.give_authenticator(ada)
    browser = await factors.log_in(ada)
    half = browser.cookies[settings.session_cookie]
    answer = await browser.post("/api/auth/second-factor", json={"code": code_of(secret)})

    assert answer.status_code == 204
    assert browser.cookies[settings.session_cookie] != half
    assert (await people.client(half).get("/api/auth/second-factor")).status_code == 401
    me = (await browser.get("/api/me")).json()
    assert (me["assurance_level"], me["user"]["has_second_factor"]) == (2, True)


@pytest.mark.parametrize(
    "path", ["/api/auth/second-factor", "/api/auth/second-factor/passkey", "/api/auth/second-factor/passkey/options"]
)
async def test_who_is_signed_in_already_has_no_second_step(ada: Person, factors: Factors, path: str) -> None:
    await factors.give_passkey(ada)
    body = {"credential": {}} if path.endswith("passkey") else {"code": "123456"}
    answer = await ada.client.post(path, json=None if path.endswith("options") else body)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:quittance:problem:second-step-not-due")
    assert (await ada.client.get("/api/auth/second-factor")).json() == {"is_due": False, "methods": []}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "code"),
        ({"code": "123456", "recovery_code": "abcde-fghjk"}, "recovery_code"),
        ({"password": PASSWORD}, "password"),
    ],
)
async def test_exactly_one_code_is_asked_for(ada: Person, factors: Factors, body: dict[str, str], path: str) -> None:
    await factors.give_authenticator(ada)
    browser = await factors.log_in(ada)
    answer = await browser.post("/api/auth/second-factor", json=body)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, path)


async def test_a_passkey_alone_asks_for_the_second_step_too(ada: Person, factors: Factors) -> None:
    key = await factors.give_passkey(ada)
    browser = await factors.log_in(ada)
    assert (await browser.get("/api/auth/second-factor")).json()["methods"] == ["passkey", "recovery_code"]

    options = (await browser.post("/api/auth/second-factor/passkey/options")).json()["options"]
    answer = await browser.post("/api/auth/second-factor/passkey", json={"credential": key.get(options)})

    assert answer.status_code == 204, answer.text
    assert (await browser.get("/api/me")).json()["assurance_level"] == 2


async def test_a_disabled_account_cannot_finish_its_log_in(
    ada: Person, factors: Factors, sessions: SessionFactory
) -> None:
    secret, _ = await factors.give_authenticator(ada)
    browser = await factors.log_in(ada)
    async with transaction(sessions) as session:
        user = await session.get_one(User, ada.user_id)
        user.disabled_at = user.created_at

    assert (await browser.post("/api/auth/second-factor", json={"code": code_of(secret)})).status_code == 401


async def test_an_administrator_needs_a_session_of_two_factors(factors: Factors, people: PeopleFactory) -> None:
    admin = await people.owner("Administration", is_platform_admin=True)
    await factors.give_password(admin)
    secret, _ = await factors.give_authenticator(admin)
    assert (await admin.client.get("/api/me")).json()["assurance_level"] == 2, "the code that confirmed it is proof"

    browser = await factors.log_in(admin)
    await browser.post("/api/auth/second-factor", json={"code": code_of(secret)})

    assert (await browser.get("/saq/api/queues")).status_code == 200
