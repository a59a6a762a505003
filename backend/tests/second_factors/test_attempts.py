"""Control 10: wrong codes are counted per person, whatever session or kind of code they come by, and survive the refusal."""

from datetime import timedelta

from app.lib import clock
from tests.second_factors.conftest import Factors, code_of
from tests.support.people import Person

WRONG = "zzzzz-zzzzz"


async def test_control_10_a_new_session_does_not_reset_the_count(ada: Person, factors: Factors) -> None:
    secret, _ = await factors.give_authenticator(ada)
    statuses: list[int] = []
    for _ in range(11):
        browser = await factors.log_in(ada)
        body = {"code": code_of(secret, steps_ahead=9)}
        statuses.append((await browser.post("/api/auth/second-factor", json=body)).status_code)
    browser = await factors.log_in(ada)
    right = await browser.post("/api/auth/second-factor", json={"code": code_of(secret)})

    assert statuses == [422] * 10 + [429]
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0


async def test_control_10_one_time_and_recovery_codes_share_the_count(ada: Person, factors: Factors) -> None:
    secret, codes = await factors.give_authenticator(ada)
    browser = await factors.log_in(ada)
    for number in range(10):
        body = {"code": code_of(secret, steps_ahead=9)} if number % 2 else {"recovery_code": WRONG}
        assert (await browser.post("/api/auth/second-factor", json=body)).status_code == 422

    assert (await browser.post("/api/auth/second-factor", json={"recovery_code": codes[0]})).status_code == 429


async def test_control_10_the_step_up_shares_the_count(ada: Person, factors: Factors) -> None:
    secret, _ = await factors.give_authenticator(ada)
    wrong = {"code": code_of(secret, steps_ahead=9)}
    for _ in range(10):
        assert (await ada.client.post("/api/auth/step-up", json=wrong)).status_code == 422
    browser = await factors.log_in(ada)

    assert (await browser.post("/api/auth/second-factor", json={"code": code_of(secret)})).status_code == 429


async def test_control_10_a_passkey_still_works_where_codes_were_guessed(ada: Person, factors: Factors) -> None:
    """Whoever knows the password can use up the attempts, and must not shut the person out by that."""
    await factors.give_authenticator(ada)
    key = await factors.give_passkey(ada)
    browser = await factors.log_in(ada)
    for _ in range(11):
        await browser.post("/api/auth/second-factor", json={"recovery_code": WRONG})

    options = (await browser.post("/api/auth/second-factor/passkey/options")).json()["options"]
    answer = await browser.post("/api/auth/second-factor/passkey", json={"credential": key.get(options)})

    assert answer.status_code == 204, answer.text


async def test_control_10_right_codes_are_not_counted(ada: Person, factors: Factors) -> None:
    _, codes = await factors.give_authenticator(ada)
    for code in codes:
        browser = await factors.log_in(ada)
        assert (await browser.post("/api/auth/second-factor", json={"recovery_code": code})).status_code == 204
    browser = await factors.log_in(ada)

    assert (await browser.post("/api/auth/second-factor", json={"recovery_code": WRONG})).status_code == 422


async def test_control_10_guessing_slowly_ends_after_fifty_a_day(ada: Person, factors: Factors) -> None:
    await factors.give_authenticator(ada)
    browser = await factors.log_in(ada)
    start = clock.now()
    statuses: list[int] = []
    for number in range(51):
        with clock.turned_to(start + timedelta(minutes=31 * (number // 10), seconds=number)):
            answer = await browser.post("/api/auth/second-factor", json={"recovery_code": WRONG})
            statuses.append(answer.status_code)

    assert statuses == [422] * 50 + [429]
