import pytest

from app.config import Settings
from app.db.session import SessionFactory
from app.lib.ids import new_id
from app.lib.mail_templates import CredentialChange
from tests.support.jobs import mails_to, run_task
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
