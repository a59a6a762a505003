import pytest

from app.auth.passwords import Passwords
from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib.ids import new_id
from app.lib.mail_templates import CredentialChange
from app.models import User
from tests.api_clients.conftest import connect_client, make_key
from tests.support.jobs import mails_to, run_task, run_waiting
from tests.support.people import Person

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize("what", list(CredentialChange))
async def test_control_14_every_credential_change_has_a_notice_with_time_and_place(
    sessions: SessionFactory, settings: Settings, owner: Person, what: CredentialChange
) -> None:
    await run_task(
        sessions, settings, "send_credential_notice",
        user_id=owner.user_id, what=what, ip_address="203.0.113.7", user_agent=FIREFOX,
    )  # fmt: skip

    [mail] = await mails_to(sessions, owner.email)
    for part in (mail.text, mail.html):
        assert "203.0.113.7" in part
        assert "Firefox on Windows" in part
        assert f"{settings.app_url}/settings/security" in part


async def test_control_14_a_notice_may_go_to_the_address_that_was_replaced(
    sessions: SessionFactory, settings: Settings, owner: Person
) -> None:
    await run_task(
        sessions, settings, "send_credential_notice", user_id=owner.user_id, what="email_changed", to="old@example.com",
        ip_address="203.0.113.7", user_agent="", detail="new@example.com",
    )  # fmt: skip

    [mail] = await mails_to(sessions, "old@example.com")
    assert "new@example.com" in mail.text
    assert await mails_to(sessions, owner.email) == []


async def test_nobody_is_told_about_an_account_that_is_gone(sessions: SessionFactory, settings: Settings) -> None:
    await run_task(
        sessions, settings, "send_credential_notice",
        user_id=new_id(), what="password_changed", ip_address="203.0.113.7", user_agent=FIREFOX,
    )  # fmt: skip


async def test_control_14_a_changed_password_and_every_key_and_program_are_told_by_mail(
    owner: Person, sessions: SessionFactory, settings: Settings
) -> None:
    async with transaction(sessions) as session:
        user = await session.get_one(User, owner.user_id)
        user.password_hash = await Passwords().hash("the password until now")
    key = (await make_key(owner))["api_key"]
    program = (await connect_client(owner))["api_client"]
    await owner.client.post(f"/api/api-keys/{key['id']}/revoke")
    await owner.client.post(f"/api/api-clients/{program['id']}/revoke")
    change = {"current_password": "the password until now", "new_password": "four unrelated words"}
    assert (await owner.client.post("/api/me/password", json=change)).status_code == 204
    await run_waiting(sessions, settings)
    await run_waiting(sessions, settings, team_id=owner.team_id)

    mails = await mails_to(sessions, owner.email)
    assert sorted(mail.subject for mail in mails) == sorted(
        ["An API key was created"] * 2 + ["An API key was revoked"] * 2 + ["Your password was changed"]
    )
    assert {name for name in ("Nightly export", "Ledger sync") for mail in mails if name in mail.text} == {
        "Nightly export",
        "Ledger sync",
    }
    assert all("127.0.0.1" in mail.text for mail in mails)
