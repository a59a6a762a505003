"""Control 13: whoever changes what opens an account has proved within ten minutes who they are, and not by the password alone."""

import pytest

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.models import User
from tests.second_factors.conftest import PASSWORD, Factors, code_of
from tests.support.people import PeopleFactory, Person

SOME_ID = "00000000-0000-7000-8000-000000000000"
CHANGES = [
    ("POST", "/api/me/authenticator", None),
    ("POST", "/api/me/authenticator/confirm", {"code": "123456"}),
    ("DELETE", "/api/me/authenticator", None),
    ("POST", "/api/me/recovery-codes", None),
    ("POST", "/api/me/passkeys/options", None),
    ("POST", "/api/me/passkeys", {"name": "Key ring", "credential": {}}),
    ("PATCH", f"/api/me/passkeys/{SOME_ID}", {"name": "Desk"}),
    ("DELETE", f"/api/me/passkeys/{SOME_ID}", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
async def test_control_13_a_change_needs_a_fresh_proof(
    ada: Person, factors: Factors, method: str, path: str, body: dict[str, object] | None
) -> None:
    await factors.make_stale(ada)
    answer = await ada.client.request(method, path, json=body)

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:quittance:problem:step-up-required")


async def test_control_13_the_password_is_enough_where_there_is_nothing_more(
    ada: Person, factors: Factors, people: PeopleFactory, settings: Settings
) -> None:
    await factors.make_stale(ada)
    assert (await ada.client.get("/api/auth/step-up")).json() == {"methods": ["password"]}

    answer = await ada.client.post("/api/auth/step-up", json={"password": PASSWORD})

    assert answer.status_code == 204, answer.text
    assert answer.cookies[settings.session_cookie] != ada.token
    assert (await people.client(ada.token).get("/api/me")).status_code == 401
    assert (await ada.client.post("/api/me/authenticator")).status_code == 200


async def test_control_13_with_a_second_factor_the_password_is_not_enough(ada: Person, factors: Factors) -> None:
    secret, _ = await factors.give_authenticator(ada)
    await factors.make_stale(ada)
    assert (await ada.client.get("/api/auth/step-up")).json() == {"methods": ["one_time_code", "recovery_code"]}

    refused = await ada.client.post("/api/auth/step-up", json={"password": PASSWORD})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:quittance:problem:step-up-method-not-offered")
    assert (await ada.client.delete("/api/me/authenticator")).status_code == 403

    assert (await ada.client.post("/api/auth/step-up", json={"code": code_of(secret)})).status_code == 204
    assert (await ada.client.delete("/api/me/authenticator")).status_code == 204


async def test_control_13_a_recovery_code_stands_in_for_a_lost_phone(ada: Person, factors: Factors) -> None:
    _, codes = await factors.give_authenticator(ada)
    await factors.make_stale(ada)

    assert (await ada.client.post("/api/auth/step-up", json={"recovery_code": codes[0]})).status_code == 204
    assert (await ada.client.delete("/api/me/authenticator")).status_code == 204


async def test_control_13_a_passkey_is_enough(ada: Person, factors: Factors) -> None:
    key = await factors.give_passkey(ada)
    await factors.make_stale(ada)
    options = (await ada.client.post("/api/auth/step-up/passkey/options")).json()["options"]
    answer = await ada.client.post("/api/auth/step-up/passkey", json={"credential": key.get(options)})

    assert answer.status_code == 204, answer.text
    assert (await ada.client.post("/api/me/recovery-codes")).status_code == 200


async def test_control_13_another_persons_passkey_confirms_nothing(ada: Person, factors: Factors) -> None:
    await factors.give_passkey(ada)
    eve = await factors.people.owner("Eve's")
    eves_key = await factors.give_passkey(eve)
    await factors.make_stale(ada)
    options = (await ada.client.post("/api/auth/step-up/passkey/options")).json()["options"]

    answer = await ada.client.post("/api/auth/step-up/passkey", json={"credential": eves_key.get(options)})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:quittance:problem:passkey-refused")
    assert (await ada.client.post("/api/me/recovery-codes")).status_code == 403


async def test_a_wrong_password_names_its_field_and_counts_against_the_account(ada: Person, factors: Factors) -> None:
    answers = [await ada.client.post("/api/auth/step-up", json={"password": "not this one"}) for _ in range(11)]

    assert answers[0].status_code == 422
    assert [error["path"] for error in answers[0].json()["errors"]] == ["password"]
    assert answers[-1].status_code == 429


async def test_who_has_neither_password_nor_factor_confirms_where_they_sign_in(
    owner: Person, sessions: SessionFactory
) -> None:
    async with transaction(sessions) as session:
        (await session.get_one(User, owner.user_id)).password_hash = None

    assert (await owner.client.get("/api/auth/step-up")).json() == {"methods": ["federated"]}
    answer = await owner.client.post("/api/auth/step-up", json={"password": PASSWORD})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("body", "path"),
    [({}, "code"), ({"password": PASSWORD, "code": "123456"}, "password"), ({"pin": "1234"}, "pin")],
)
async def test_exactly_one_proof_is_asked_for(ada: Person, body: dict[str, str], path: str) -> None:
    answer = await ada.client.post("/api/auth/step-up", json=body)

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, path)


async def test_a_step_up_by_second_factor_lifts_a_session_that_was_opened_before_it(
    ada: Person, factors: Factors
) -> None:
    elsewhere = await factors.log_in(ada)
    secret, _ = await factors.give_authenticator(ada)
    assert (await elsewhere.get("/api/me")).json()["assurance_level"] == 1

    assert (await elsewhere.post("/api/auth/step-up", json={"code": code_of(secret)})).status_code == 204

    assert (await elsewhere.get("/api/me")).json()["assurance_level"] == 2
