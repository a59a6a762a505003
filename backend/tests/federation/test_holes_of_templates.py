"""What the best-known full-stack templates shipped broken, tried here: signing in with a provider."""

import pytest
from sqlalchemy import update

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.models import User
from tests.federation.travel import Traveller, problem_in
from tests.support.hostile_provider import HostileProvider
from tests.support.oidc_mock import OidcMock
from tests.support.people import PeopleFactory

ADA = "ada@example.com"
ELSEWHERE = ["https://evil.example/steal", "//evil.example", "/\\evil.example", "\t//evil.example"]
NAMES_ELSEWHERE = ["redirect_url", "redirect_uri", "callbackUrl"]


@pytest.mark.parametrize(
    ("name", "address"),
    [*(("next", address) for address in ELSEWHERE), *((name, ELSEWHERE[0]) for name in NAMES_ELSEWHERE)],
)
async def test_hole_of_litestar_fullstack_the_way_back_leads_to_any_site_with_the_token_on_it(
    traveller: Traveller, mock: OidcMock, settings: Settings, name: str, address: str
) -> None:
    await mock.know("ada", name="Ada", email=ADA, email_verified=True)
    location = await traveller.through_mock(mock, "ada", **{name: address})

    assert location == "/dashboard"
    assert traveller.browser.cookies[settings.session_cookie] not in location


async def test_hole_of_litestar_fullstack_a_provider_goes_round_the_second_factor(
    traveller: Traveller, people: PeopleFactory, mock: OidcMock, sessions: SessionFactory
) -> None:
    await mock.know("ada", name="Ada", email=ADA, email_verified=True)
    await traveller.through_mock(mock, "ada")
    async with transaction(sessions) as session:
        await session.execute(update(User).where(User.email == ADA).values(has_second_factor=True))
    again = Traveller(people.client())

    assert (await again.through_mock(mock, "ada")).startswith("/log-in/second-step")
    for path in ("/api/me", "/api/customers", "/api/me/sessions"):
        answer = await again.browser.get(path)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:quittance:problem:second-factor-due")


async def test_hole_of_litestar_fullstack_an_address_the_provider_never_checked_opens_its_owners_account(
    traveller: Traveller, people: PeopleFactory, hostile: HostileProvider
) -> None:
    victim = await people.owner()
    hostile.claims = {"email": victim.email, "email_verified": False}
    unverified = await traveller.through_hostile(hostile)
    hostile.claims = {"email": victim.email, "email_verified": True}
    verified = await traveller.through_hostile(hostile)

    assert (problem_in(unverified), problem_in(verified)) == ("provider-email-unverified", "account-exists")
    assert (await traveller.me()).status_code == 401


async def test_hole_of_litestar_fullstack_a_session_by_provider_ends_after_a_quarter_of_an_hour_or_never(
    traveller: Traveller, mock: OidcMock
) -> None:
    """One kind of session, whichever way in: it is listed, and ends as every other."""
    await mock.know("ada", name="Ada", email=ADA, email_verified=True)
    await traveller.through_mock(mock, "ada")
    (listed,) = (await traveller.browser.get("/api/me/sessions")).json()["items"]
    ended = await traveller.browser.delete(f"/api/me/sessions/{listed['id']}")

    assert (listed["kind"], ended.status_code) == ("browser", 204)
    assert (await traveller.me()).status_code == 401
