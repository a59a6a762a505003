"""Control 15: whatever cookie a browser has on its way, it comes back from a provider with an id of our making."""

from app.config import Settings
from tests.federation.travel import Traveller
from tests.support.oidc_mock import OidcMock
from tests.support.people import PeopleFactory


async def test_control_15_whoever_comes_from_a_provider_gets_an_id_of_their_own(
    people: PeopleFactory, mock: OidcMock, settings: Settings
) -> None:
    await mock.know("planted", name="Ada", email="planted@example.com", email_verified=True)
    attacker = await people.owner("Attackers")
    for planted in ("chosen-by-somebody-else", attacker.token):
        victim = Traveller(people.client(planted))
        assert await victim.through_mock(mock, "planted") == "/dashboard"
        ids = {cookie.value for cookie in victim.browser.cookies.jar if cookie.name == settings.session_cookie}

        assert len(ids - {planted}) == 1
        assert (await people.client(planted).get("/api/me")).status_code == 401
