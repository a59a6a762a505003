"""Control 14: another way into an account is told by mail, when it is made and when it is taken away."""

from app.config import Settings
from app.db.session import SessionFactory
from tests.federation.travel import Traveller
from tests.support.jobs import mails_to, run_waiting
from tests.support.oidc_mock import OidcMock
from tests.support.people import PeopleFactory


async def test_control_14_a_linked_and_an_unlinked_account_are_told_by_mail(
    people: PeopleFactory, mock: OidcMock, sessions: SessionFactory, federated_settings: Settings
) -> None:
    owner = await people.owner()
    mine = Traveller(owner.client)
    await mine.come_back(await mock.log_in(await mine.leave_signed_in("mock", "link"), "ada"))
    (account,) = (await owner.client.get("/api/me/linked-accounts")).json()
    assert (await owner.client.delete(f"/api/me/linked-accounts/{account['id']}")).status_code == 204
    await run_waiting(sessions, federated_settings)
    await run_waiting(sessions, federated_settings, team_id=owner.team_id)

    mails = await mails_to(sessions, owner.email)
    assert [mail.subject for mail in mails] == ["An account was linked", "An account was unlinked"]
    assert all("Mock" in mail.text for mail in mails)
