"""Control 14: every change of a second factor is told by mail; and what an operator may do."""

from sqlalchemy import text

from app.config import Settings
from app.db.session import SessionFactory, transaction
from tests.second_factors.conftest import Factors, code_of
from tests.support.jobs import mails_to, run_waiting
from tests.support.people import Person


async def test_control_14_every_change_is_told_by_mail(
    ada: Person, factors: Factors, sessions: SessionFactory, settings: Settings
) -> None:
    _, codes = await factors.give_authenticator(ada)
    await factors.give_passkey(ada, "Key ring")
    await ada.client.post("/api/me/recovery-codes")
    (passkey,) = (await ada.client.get("/api/me/second-factors")).json()["passkeys"]
    await ada.client.delete(f"/api/me/passkeys/{passkey['id']}")
    await ada.client.delete("/api/me/authenticator")

    await run_waiting(sessions, settings, team_id=ada.team_id)
    mails = await mails_to(sessions, ada.email)

    assert [mail.subject for mail in mails] == [
        "Two-step log-in was turned on",
        "A passkey was added",
        "Your recovery codes were made anew",
        "A passkey was removed",
        "Two-step log-in was turned off",
    ]
    assert "Key ring" in mails[1].text
    assert not any(code in mail.text for mail in mails for code in codes)


async def test_control_14_a_used_recovery_code_is_told_by_mail(
    ada: Person, factors: Factors, sessions: SessionFactory, settings: Settings
) -> None:
    _, codes = await factors.give_authenticator(ada)
    browser = await factors.log_in(ada)
    await browser.post("/api/auth/second-factor", json={"recovery_code": codes[0]})
    await run_waiting(sessions, settings, team_id=ada.team_id)

    assert "A recovery code was used" in [mail.subject for mail in await mails_to(sessions, ada.email)]


async def test_a_refused_change_is_told_nobody(
    ada: Person, factors: Factors, sessions: SessionFactory, settings: Settings
) -> None:
    secret = (await ada.client.post("/api/me/authenticator")).json()["secret"]
    await ada.client.post("/api/me/authenticator/confirm", json={"code": code_of(secret, steps_ahead=9)})
    await ada.client.delete("/api/me/authenticator")
    await run_waiting(sessions, settings, team_id=ada.team_id)

    assert await mails_to(sessions, ada.email) == []


async def test_passkeys_and_recovery_codes_are_audited_and_their_use_is_not_noise(
    ada: Person, factors: Factors, sessions: SessionFactory
) -> None:
    key = await factors.give_passkey(ada)
    options = (await ada.client.post("/api/auth/step-up/passkey/options")).json()["options"]
    await ada.client.post("/api/auth/step-up/passkey", json={"credential": key.get(options)})
    async with transaction(sessions, ada.scope) as session:
        rows = (
            await session.execute(
                text(
                    "SELECT action, target_type, change FROM audit_entries "
                    "WHERE target_type IN ('passkey', 'recovery_codes') ORDER BY sequence"
                )
            )
        ).all()

    assert sorted(tuple(row) for row in rows) == [
        ("add_passkey", "passkey", "created"),
        ("add_passkey", "recovery_codes", "created"),
    ]
