"""Control 8: a one-time code is taken once, within one step of now, and its secret is read by nobody else."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from pyotp.totp import TOTP
from sqlalchemy import text

from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import TotpAuthenticator
from app.second_factors.authenticators import AuthenticatorService
from app.second_factors.totp import matching_step, new_secret
from tests.second_factors.conftest import Factors, code_of
from tests.support.people import Person

STEP_START = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds_from_the_step", "counts"),
    [(-30.001, False), (-30, True), (0, True), (29.999, True), (59.999, True), (60, False)],
)
def test_control_08_a_code_counts_one_step_before_and_after_its_own(seconds_from_the_step: float, counts: bool) -> None:
    secret = new_secret()
    code = TOTP(secret).at(STEP_START)

    step = matching_step(secret, code, STEP_START + timedelta(seconds=seconds_from_the_step))

    assert step == (int(STEP_START.timestamp()) // 30 if counts else None)


async def test_control_08_a_code_works_once(ada: Person, factors: Factors) -> None:
    secret, _ = await factors.give_authenticator(ada)
    code = code_of(secret)
    first, second = await factors.log_in(ada), await factors.log_in(ada)

    taken = await first.post("/api/auth/second-factor", json={"code": code})
    again = await second.post("/api/auth/second-factor", json={"code": code})

    assert taken.status_code == 204, taken.text
    assert (again.status_code, again.json()["type"]) == (422, "urn:quittance:problem:wrong-code")


async def test_control_08_after_a_later_code_an_earlier_one_is_worth_nothing(ada: Person, factors: Factors) -> None:
    secret, _ = await factors.give_authenticator(ada)
    first, second = await factors.log_in(ada), await factors.log_in(ada)

    assert (
        await first.post("/api/auth/second-factor", json={"code": code_of(secret, steps_ahead=1)})
    ).status_code == 204
    assert (await second.post("/api/auth/second-factor", json={"code": code_of(secret)})).status_code == 422


async def test_control_08_of_twenty_same_codes_at_once_exactly_one_succeeds(ada: Person, factors: Factors) -> None:
    secret, _ = await factors.give_authenticator(ada)
    code = code_of(secret)

    async def take() -> bool:
        async with transaction(factors.sessions) as session:
            return await AuthenticatorService(session, factors.settings, ada.user_id).take(code)

    taken = await asyncio.gather(*(take() for _ in range(20)))

    assert taken.count(True) == 1


async def test_control_08_over_http_one_of_several_same_codes_finishes_a_log_in(ada: Person, factors: Factors) -> None:
    """Fewer than the limit of attempts, so that it is not the limit that refuses."""
    secret, _ = await factors.give_authenticator(ada)
    half = [await factors.log_in(ada) for _ in range(6)]
    code = code_of(secret)

    answers = await asyncio.gather(*(browser.post("/api/auth/second-factor", json={"code": code}) for browser in half))

    assert sorted(answer.status_code for answer in answers) == [204, 422, 422, 422, 422, 422]


async def test_control_08_the_code_that_confirmed_the_app_opens_nothing(ada: Person, factors: Factors) -> None:
    secret = (await ada.client.post("/api/me/authenticator")).json()["secret"]
    code = code_of(secret)
    assert (await ada.client.post("/api/me/authenticator/confirm", json={"code": code})).status_code == 200
    browser = await factors.log_in(ada)

    assert (await browser.post("/api/auth/second-factor", json={"code": code})).status_code == 422


async def test_a_secret_that_was_not_confirmed_asks_nobody_for_a_code(ada: Person, factors: Factors) -> None:
    secret = (await ada.client.post("/api/me/authenticator")).json()["secret"]
    wrong = await ada.client.post("/api/me/authenticator/confirm", json={"code": code_of(secret, steps_ahead=7)})
    browser = await factors.log_in(ada)

    assert wrong.status_code == 422
    assert [error["path"] for error in wrong.json()["errors"]] == ["code"]
    assert (await browser.get("/api/me")).status_code == 200
    assert (await ada.client.get("/api/me/second-factors")).json()["authenticator"] is None


async def test_a_pending_secret_is_replaced_by_a_new_start_and_ends_after_an_hour(ada: Person) -> None:
    first = (await ada.client.post("/api/me/authenticator")).json()["secret"]
    second = (await ada.client.post("/api/me/authenticator")).json()["secret"]
    old = await ada.client.post("/api/me/authenticator/confirm", json={"code": code_of(first)})
    assert old.status_code == 422, "the first secret is gone"

    async def confirm() -> int:
        body = {"code": code_of(second)}
        return (await ada.client.post("/api/me/authenticator/confirm", json=body)).status_code

    with clock.turned_to(clock.now() + timedelta(minutes=9)):
        assert await confirm() == 200
    assert (await ada.client.post("/api/me/authenticator")).status_code == 409, "turn it off first"


async def test_a_pending_secret_cannot_be_confirmed_after_an_hour(
    ada: Person, factors: Factors, sessions: SessionFactory
) -> None:
    secret = (await ada.client.post("/api/me/authenticator")).json()["secret"]
    async with transaction(sessions) as session:
        row = await session.get_one(TotpAuthenticator, ada.user_id)
        row.started_at = clock.now() - timedelta(minutes=61)

    answer = await ada.client.post("/api/me/authenticator/confirm", json={"code": code_of(secret)})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:quittance:problem:no-pending-authenticator")


async def test_setting_up_shows_the_secret_as_text_link_and_qr_code(ada: Person) -> None:
    setup = (await ada.client.post("/api/me/authenticator")).json()

    assert len(setup["secret"]) == 32, "160 bits in base 32"
    assert setup["otpauth_uri"].startswith("otpauth://totp/Quittance:")
    assert f"secret={setup['secret']}" in setup["otpauth_uri"]
    assert setup["qr_code"].startswith("data:image/svg+xml")


async def test_the_secret_is_encrypted_in_its_row_and_masked_in_the_audit_log(
    ada: Person, factors: Factors, sessions: SessionFactory
) -> None:
    secret, codes = await factors.give_authenticator(ada)

    async with transaction(sessions, ada.scope) as session:
        row = await session.get_one(TotpAuthenticator, ada.user_id)
        entries = str((await session.execute(text("SELECT before, after, target_type FROM audit_entries"))).all())
        runs = str((await session.execute(text("SELECT arguments, result FROM job_runs"))).all())

    assert secret.encode() not in row.sealed_secret
    assert "authenticator_app" in entries
    for text_kept in (entries, runs):
        assert secret not in text_kept
        assert row.sealed_secret.hex() not in text_kept
        assert not any(code in text_kept for code in codes)


async def test_no_secret_reaches_a_log_line(ada: Person, factors: Factors, capsys: pytest.CaptureFixture[str]) -> None:
    secret, codes = await factors.give_authenticator(ada)
    browser = await factors.log_in(ada)
    await browser.post("/api/auth/second-factor", json={"code": code_of(secret, steps_ahead=9)})
    await browser.post("/api/auth/second-factor", json={"recovery_code": codes[0]})

    printed = "".join(capsys.readouterr())
    assert secret not in printed
    assert not any(code in printed for code in codes)


async def test_another_persons_row_cannot_be_copied_over(
    ada: Person, factors: Factors, sessions: SessionFactory
) -> None:
    """Who can write the table could else put a secret of their own choosing under somebody's name."""
    eve = await factors.people.owner("Eve's")
    await factors.give_authenticator(ada)
    eves_secret, _ = await factors.give_authenticator(eve)
    async with transaction(sessions) as session:
        eves = await session.get_one(TotpAuthenticator, eve.user_id)
        adas = await session.get_one(TotpAuthenticator, ada.user_id)
        adas.sealed_secret = eves.sealed_secret
    browser = await factors.log_in(ada)

    answer = await browser.post("/api/auth/second-factor", json={"code": code_of(eves_secret)})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:quittance:problem:authenticator-unreadable")


@pytest.mark.parametrize("code", ["12345", "1234567", "12 345", "١٢٣٤٥٦", "abcdef", ""])
async def test_what_is_no_code_is_refused_by_its_shape(ada: Person, factors: Factors, code: str) -> None:
    await factors.give_authenticator(ada)
    browser = await factors.log_in(ada)

    answer = await browser.post("/api/auth/second-factor", json={"code": code})

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "code")


async def test_turning_it_off_ends_the_second_step_and_the_recovery_codes(ada: Person, factors: Factors) -> None:
    await factors.give_authenticator(ada)
    answer = await ada.client.delete("/api/me/authenticator")

    assert answer.status_code == 204, answer.text
    left = (await ada.client.get("/api/me/second-factors")).json()
    assert left == {"authenticator": None, "passkeys": [], "recovery_codes_left": 0}
    assert (await (await factors.log_in(ada)).get("/api/me")).status_code == 200


async def test_an_authenticator_is_audited_under_its_person(
    ada: Person, factors: Factors, sessions: SessionFactory
) -> None:
    await factors.give_authenticator(ada)
    await ada.client.delete("/api/me/authenticator")

    async with transaction(sessions, ada.scope) as session:
        rows = (
            await session.execute(
                text(
                    "SELECT action, change FROM audit_entries WHERE target_type = 'authenticator_app' ORDER BY sequence"
                )
            )
        ).all()

    assert [tuple(row) for row in rows] == [
        ("start_authenticator", "created"),
        ("confirm_authenticator", "updated"),
        ("remove_authenticator", "deleted"),
    ]
