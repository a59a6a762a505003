"""Control 11: a passkey answers one challenge, once, in this browser, at this address, and has checked its holder."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import Passkey, PasskeyChallenge, User
from tests.second_factors.conftest import Factors
from tests.support.passkeys import SoftwareKey
from tests.support.people import PeopleFactory, Person

REFUSED = (401, "urn:quittance:problem:passkey-refused")


async def _options(browser: httpx.AsyncClient) -> dict[str, Any]:
    return (await browser.post("/api/auth/log-in/passkey/options")).json()["options"]


async def _log_in(browser: httpx.AsyncClient, key: SoftwareKey, **lies: Any) -> httpx.Response:
    credential = key.get(await _options(browser), **lies)
    return await browser.post("/api/auth/log-in/passkey", json={"credential": credential})


def _outcome(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


async def test_a_passkey_signs_in_without_a_password_as_two_factors(ada: Person, factors: Factors) -> None:
    key = await factors.give_passkey(ada)
    browser = factors.people.client()
    answer = await _log_in(browser, key)

    assert (answer.status_code, answer.json()) == (200, {"is_second_factor_due": False})
    me = (await browser.get("/api/me")).json()
    assert (me["user"]["email"], me["assurance_level"], me["team"]["id"]) == (ada.email, 2, str(ada.team_id))
    (listed,) = (await browser.get("/api/me/second-factors")).json()["passkeys"]
    assert listed["last_used_at"] is not None


async def test_what_the_browser_is_asked_for(ada: Person, factors: Factors) -> None:
    key = await factors.give_passkey(ada)
    creation = (await ada.client.post("/api/me/passkeys/options")).json()["options"]
    request = await _options(factors.people.client())

    assert creation["rp"] == {"id": "localhost", "name": "Quittance"}
    assert creation["authenticatorSelection"]["residentKey"] == "required"
    assert creation["authenticatorSelection"]["userVerification"] == request["userVerification"] == "required"
    assert len(creation["excludeCredentials"]) == 1
    assert creation["user"]["name"] == ada.email
    assert key.user_handle == ada.user_id.bytes
    assert (request["rpId"], request["allowCredentials"]) == ("localhost", [])
    assert len(request["challenge"]) >= 43, "256 bits"


@pytest.mark.parametrize(
    "lies",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:3000.evil.example"},
        {"origin": "http://localhost:4000"},
        {"rp_id": "evil.example"},
        {"is_verified": False},
        {"challenge": "A" * 43},
        {"user_handle": b"somebody else's!"},
        {"user_handle": b""},
    ],
    ids=lambda lies: " ".join(f"{name}={value}" for name, value in lies.items()),
)
async def test_control_11_a_lie_signs_nobody_in(ada: Person, factors: Factors, lies: dict[str, Any]) -> None:
    key = await factors.give_passkey(ada)
    browser = factors.people.client()

    assert _outcome(await _log_in(browser, key, **lies)) == REFUSED
    assert (await browser.get("/api/me")).status_code == 401


@pytest.mark.parametrize(
    "lies", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"is_verified": False}]
)
async def test_control_11_a_lie_registers_nothing(ada: Person, lies: dict[str, Any]) -> None:
    options = (await ada.client.post("/api/me/passkeys/options")).json()["options"]
    body = {"name": "Forged", "credential": SoftwareKey().create(options, **lies)}
    answer = await ada.client.post("/api/me/passkeys", json=body)

    assert _outcome(answer) == (422, "urn:quittance:problem:passkey-refused")
    assert (await ada.client.get("/api/me")).json()["user"]["has_second_factor"] is False


async def test_control_11_a_challenge_is_answered_once(ada: Person, factors: Factors) -> None:
    key = await factors.give_passkey(ada)
    browser = factors.people.client()
    options = await _options(browser)
    first = await browser.post("/api/auth/log-in/passkey", json={"credential": key.get(options)})
    again = await browser.post("/api/auth/log-in/passkey", json={"credential": key.get(options)})

    assert first.status_code == 200
    assert _outcome(again) == REFUSED


async def test_control_11_a_refused_answer_has_used_its_challenge(ada: Person, factors: Factors) -> None:
    key = await factors.give_passkey(ada)
    browser = factors.people.client()
    options = await _options(browser)
    lie = await browser.post("/api/auth/log-in/passkey", json={"credential": key.get(options, is_verified=False)})
    truth = await browser.post("/api/auth/log-in/passkey", json={"credential": key.get(options)})

    assert (lie.status_code, truth.status_code) == (401, 401)


async def test_control_11_a_challenge_belongs_to_its_browser(ada: Person, factors: Factors) -> None:
    key = await factors.give_passkey(ada)
    elsewhere, browser = factors.people.client(), factors.people.client()
    options = await _options(elsewhere)
    await _options(browser)

    assert _outcome(await browser.post("/api/auth/log-in/passkey", json={"credential": key.get(options)})) == REFUSED
    without_cookie = factors.people.client()
    answer = await without_cookie.post("/api/auth/log-in/passkey", json={"credential": key.get(options)})
    assert _outcome(answer) == REFUSED


async def test_control_11_a_challenge_belongs_to_its_purpose_and_session(ada: Person, factors: Factors) -> None:
    key = await factors.give_passkey(ada)
    for_log_in = await _options(ada.client)
    answer = await ada.client.post("/api/auth/step-up/passkey", json={"credential": key.get(for_log_in)})
    assert _outcome(answer) == (422, "urn:quittance:problem:passkey-refused")

    one, other = await factors.log_in(ada), await factors.log_in(ada)
    options = (await one.post("/api/auth/second-factor/passkey/options")).json()["options"]
    answer = await other.post("/api/auth/second-factor/passkey", json={"credential": key.get(options)})
    assert _outcome(answer) == (422, "urn:quittance:problem:passkey-refused")


async def test_control_11_a_challenge_lasts_five_minutes(ada: Person, factors: Factors) -> None:
    key = await factors.give_passkey(ada)
    browser = factors.people.client()
    options = await _options(browser)
    with clock.turned_to(clock.now() + timedelta(minutes=5, seconds=1)):
        answer = await browser.post("/api/auth/log-in/passkey", json={"credential": key.get(options)})

    assert _outcome(answer) == REFUSED


async def test_control_11_a_counter_that_goes_back_is_refused(ada: Person, factors: Factors) -> None:
    key = await factors.give_passkey(ada, sign_count=7)
    browser = factors.people.client()
    assert (await _log_in(browser, key)).status_code == 200

    key.sign_count = 3  # a copy that was made before
    assert _outcome(await _log_in(factors.people.client(), key)) == REFUSED
    key.sign_count = 8
    assert (await _log_in(factors.people.client(), key)).status_code == 200


async def test_an_authenticator_that_never_counts_is_welcome(ada: Person, factors: Factors) -> None:
    key = await factors.give_passkey(ada, sign_count=None)

    assert [(await _log_in(factors.people.client(), key)).status_code for _ in range(2)] == [200, 200]


async def test_control_11_another_persons_passkey_takes_nobodys_second_step(ada: Person, factors: Factors) -> None:
    await factors.give_passkey(ada)
    eve = await factors.people.owner("Eve's")
    eves_key = await factors.give_passkey(eve)
    browser = await factors.log_in(ada)
    options = (await browser.post("/api/auth/second-factor/passkey/options")).json()["options"]

    for handle in (eve.user_id.bytes, ada.user_id.bytes, b""):
        credential = eves_key.get(options, user_handle=handle)
        answer = await browser.post("/api/auth/second-factor/passkey", json={"credential": credential})
        assert _outcome(answer) == (422, "urn:quittance:problem:passkey-refused")


async def test_unknown_passkeys_and_disabled_accounts_are_answered_alike(
    ada: Person, factors: Factors, sessions: SessionFactory
) -> None:
    key, stranger = await factors.give_passkey(ada), SoftwareKey()
    stranger.user_handle = ada.user_id.bytes
    unknown = await _log_in(factors.people.client(), stranger)
    async with transaction(sessions) as session:
        (await session.get_one(User, ada.user_id)).disabled_at = clock.now()
    disabled = await _log_in(factors.people.client(), key)

    assert _outcome(unknown) == _outcome(disabled) == REFUSED
    assert unknown.json() == disabled.json()


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"id": 7},
        {"id": "x", "rawId": "x", "type": "public-key", "response": None},
        {"id": "x", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": "e30"}},
        {
            "id": "eA",
            "rawId": "eA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "authenticatorData": "",
                "signature": "",
                "attestationObject": "/w==",
            },
        },
    ],
)
async def test_rubbish_is_refused_and_never_an_error_of_ours(
    ada: Person, client: httpx.AsyncClient, credential: Any
) -> None:
    added = await ada.client.post("/api/me/passkeys", json={"name": "Key ring", "credential": credential})
    shown = await client.post("/api/auth/log-in/passkey", json={"credential": credential})

    assert _outcome(added) == (422, "urn:quittance:problem:passkey-refused")
    assert _outcome(shown) == REFUSED


async def test_a_passkey_belongs_to_one_account(ada: Person, factors: Factors) -> None:
    key = await factors.give_passkey(ada)
    eve = await factors.people.owner("Eve's")
    options = (await eve.client.post("/api/me/passkeys/options")).json()["options"]
    answer = await eve.client.post("/api/me/passkeys", json={"name": "Stolen", "credential": key.create(options)})

    assert _outcome(answer) == (409, "urn:quittance:problem:passkey-exists")
    assert (await eve.client.get("/api/me")).json()["user"]["has_second_factor"] is False


async def test_a_passkey_is_renamed_and_removed_by_its_person_alone(ada: Person, factors: Factors) -> None:
    key = await factors.give_passkey(ada)
    eve = await factors.people.owner("Eve's")
    (passkey,) = (await ada.client.get("/api/me/second-factors")).json()["passkeys"]
    path = f"/api/me/passkeys/{passkey['id']}"

    assert (await eve.client.patch(path, json={"name": "Mine"})).status_code == 404
    assert (await eve.client.delete(path)).status_code == 404
    assert (await ada.client.patch(path, json={"name": " Desk "})).json()["name"] == "Desk"
    assert (await ada.client.delete(path)).status_code == 204
    assert _outcome(await _log_in(factors.people.client(), key)) == REFUSED
    assert (await (await factors.log_in(ada)).get("/api/me")).status_code == 200, "no second step without a factor"


async def test_the_second_step_stays_until_the_last_factor_is_gone(ada: Person, factors: Factors) -> None:
    await factors.give_authenticator(ada)
    await factors.give_passkey(ada)
    assert (await ada.client.delete("/api/me/authenticator")).status_code == 204

    held = (await ada.client.get("/api/me/second-factors")).json()
    assert (held["authenticator"], len(held["passkeys"]), held["recovery_codes_left"]) == (None, 1, 10)
    assert (await (await factors.log_in(ada)).get("/api/me")).status_code == 403


async def test_the_cookie_of_the_log_in_page_is_out_of_reach_and_short_lived(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    answer = await client.post("/api/auth/log-in/passkey/options")
    cookie = answer.headers["set-cookie"]

    assert cookie.startswith(f"{settings.passkey_cookie}=")
    assert {"HttpOnly", "Max-Age=300", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))


async def test_a_cookie_that_is_not_ours_is_not_adopted(people: PeopleFactory, settings: Settings) -> None:
    planted = people.client()
    planted.cookies.set(settings.passkey_cookie, "planted")
    answer = await planted.post("/api/auth/log-in/passkey/options")

    assert "planted" not in answer.headers["set-cookie"]


async def test_challenges_are_kept_as_hashes_and_the_forgotten_ones_deleted(
    client: httpx.AsyncClient, sessions: SessionFactory
) -> None:
    with clock.turned_to(clock.now() - timedelta(minutes=11)):
        await _options(client)
    challenge = (await _options(client))["challenge"]
    async with transaction(sessions) as session:
        rows = (await session.scalars(select(PasskeyChallenge))).all()
        stored = str((await session.execute(text("SELECT c::text FROM passkey_challenges c"))).all())

    assert len(rows) == 1
    assert challenge not in stored


async def test_only_what_is_public_is_kept_of_a_passkey(
    ada: Person, factors: Factors, sessions: SessionFactory
) -> None:
    await factors.give_passkey(ada, "  Key ring ")
    async with transaction(sessions) as session:
        (row,) = (await session.scalars(select(Passkey))).all()

    assert (row.name, row.transports, row.is_synced, row.user_id) == (
        "Key ring",
        ["internal", "hybrid"],
        False,
        ada.user_id,
    )


async def test_the_last_passkey_of_somebody_without_a_password_stays(
    ada: Person, factors: Factors, committed_sessions: SessionFactory
) -> None:
    await factors.give_passkey(ada)
    async with transaction(committed_sessions) as session:
        (await session.get_one(User, ada.user_id)).password_hash = None
    (passkey,) = (await ada.client.get("/api/me/second-factors")).json()["passkeys"]
    refused = await ada.client.delete(f"/api/me/passkeys/{passkey['id']}")
    await factors.give_passkey(ada, "Desk")
    removed = await ada.client.delete(f"/api/me/passkeys/{passkey['id']}")

    assert _outcome(refused) == (409, "urn:quittance:problem:only-way-in")
    assert removed.status_code == 204, removed.text
