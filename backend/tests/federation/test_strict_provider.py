"""The whole code flow against a certified provider: PKCE required, nonce returned, single-use codes, claims from userinfo."""

from collections.abc import AsyncGenerator
from datetime import timedelta

import httpx
import msgspec
import pytest
from litestar import Litestar
from sqlalchemy import update

from app.config import ProviderSettings, Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.models import Session, User
from app.server.app import create_app
from tests.federation.travel import Traveller, asked_of, problem_in
from tests.support.people import PeopleFactory
from tests.support.strict_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    StrictBrowser,
    strict_provider,
    why_not,
)

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


@pytest.fixture(scope="session")
async def federated_settings(settings: Settings) -> AsyncGenerator[Settings]:
    async with strict_provider(f"{settings.app_url}/api/auth/federation/strict/callback") as issuer:
        provider = ProviderSettings(
            id="strict", name="Strict", issuer=issuer, client_id=CLIENT_ID, client_secret=CLIENT_SECRET
        )
        yield msgspec.structs.replace(settings, providers=(provider,))


@pytest.fixture
def app(federated_settings: Settings, _shared_sessions: SessionFactory) -> Litestar:
    return create_app(federated_settings, sessions=_shared_sessions)


@pytest.fixture
async def at_provider() -> AsyncGenerator[StrictBrowser]:
    browser = StrictBrowser()
    yield browser
    await browser.close()


async def test_a_person_signs_up_and_comes_back_through_a_strict_provider(
    traveller: Traveller, people: PeopleFactory, at_provider: StrictBrowser
) -> None:
    back = await at_provider.log_in(await traveller.leave("strict", next="/invoices"), "ada@example.com")
    assert await traveller.come_back(back) == "/invoices"
    me = (await traveller.me()).json()
    again = Traveller(people.client())
    await again.come_back(await at_provider.log_in(await again.leave("strict"), "ada@example.com"))

    # The ID token holds neither address nor name: they come from userinfo.
    assert (me["user"]["email"], me["user"]["name"], me["user"]["is_email_verified"]) == (
        "ada@example.com", "Ada Byron", True,
    )  # fmt: skip
    assert (await again.me()).json()["user"] == me["user"]


async def test_control_25_a_code_put_into_another_browsers_answer_opens_nothing(
    traveller: Traveller, people: PeopleFactory, at_provider: StrictBrowser
) -> None:
    """The provider checks each code against the verifier that only the browser that left with it can have made."""
    thief = Traveller(people.client())
    victims = await at_provider.log_in(await traveller.leave("strict"), "ada@example.com")
    thiefs = await at_provider.log_in(await thief.leave("strict"), "ada@example.com")
    injected = httpx.URL(thiefs).copy_merge_params({"code": asked_of(victims)["code"]})

    assert problem_in(await thief.come_back(str(injected))) == "provider-refused"
    assert (await thief.me()).status_code == 401


async def test_control_25_a_code_that_was_used_opens_nothing_more(
    traveller: Traveller, at_provider: StrictBrowser
) -> None:
    leaving = await traveller.leave("strict")
    cookie = traveller.browser.cookies["quittance_federation"]
    back = await at_provider.log_in(leaving, "ada@example.com")
    assert await traveller.come_back(back) == "/dashboard"
    traveller.browser.cookies.clear()
    traveller.browser.cookies.set("quittance_federation", cookie)
    assert problem_in(await traveller.come_back(back)) == "sign-in-expired"
    afresh = await at_provider.log_in(await traveller.leave("strict"), "ada@example.com")
    replayed = httpx.URL(afresh).copy_merge_params({"code": asked_of(back)["code"]})

    assert problem_in(await traveller.come_back(str(replayed))) == "provider-refused"
    assert (await traveller.me()).status_code == 401


async def test_control_25_the_strict_provider_names_itself_and_nobody_else_may(
    traveller: Traveller, at_provider: StrictBrowser
) -> None:
    back = httpx.URL(await at_provider.log_in(await traveller.leave("strict"), "ada@example.com"))

    assert "iss" in back.params
    assert problem_in(await traveller.come_back(str(back.copy_remove_param("iss")))) == "provider-refused"


async def test_control_26_an_address_the_strict_provider_has_not_confirmed_opens_no_account(
    traveller: Traveller, at_provider: StrictBrowser
) -> None:
    back = await at_provider.log_in(await traveller.leave("strict"), "unconfirmed@example.com")

    assert problem_in(await traveller.come_back(back)) == "provider-email-unverified"


async def test_giving_up_at_the_strict_provider_is_told_as_that(
    traveller: Traveller, at_provider: StrictBrowser
) -> None:
    assert problem_in(await traveller.come_back(await at_provider.give_up(await traveller.leave("strict")))) == (
        "sign-in-cancelled"
    )


async def test_a_person_links_an_account_and_later_confirms_with_it(
    people: PeopleFactory, at_provider: StrictBrowser, sessions: SessionFactory
) -> None:
    owner = await people.owner()
    mine = Traveller(owner.client)
    linking = await at_provider.log_in(await mine.leave_signed_in("strict", "link"), "ada@example.com")
    assert await mine.come_back(linking) == "/settings/security"
    async with transaction(sessions) as session:
        (await session.get_one(User, owner.user_id)).password_hash = None
        hour_ago = clock.now() - timedelta(hours=1)
        await session.execute(update(Session).where(Session.user_id == owner.user_id).values(authenticated_at=hour_ago))
    assert (await owner.client.post("/api/auth/federation/strict/link", json={})).status_code == 403

    # The browser is still logged in there; the provider must ask again all the same.
    confirmed = await at_provider.log_in(await mine.leave_signed_in("strict", "step-up"), "ada@example.com")
    assert await mine.come_back(confirmed) == "/settings/security"
    assert (await owner.client.post("/api/auth/federation/strict/link", json={})).status_code == 200
