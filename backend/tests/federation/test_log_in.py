"""Signing in and signing up with an account elsewhere, against a real OpenID provider."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.session import SessionFactory, transaction
from app.federation.errors import ProviderUnavailable
from app.lib import clock
from app.models import LinkedIdentity, Session, User
from tests.federation.travel import Traveller, asked_of, problem_in
from tests.support.oidc_mock import OidcMock
from tests.support.people import PeopleFactory


async def test_a_person_unknown_here_gets_an_account_and_a_team_of_their_own(
    traveller: Traveller, mock: OidcMock, connection: AsyncConnection
) -> None:
    await mock.know("ada", name="Ada Byron", email="Ada@Example.com", email_verified=True)
    location = await traveller.through_mock(mock, "ada")

    assert location == "/dashboard"
    me = (await traveller.me()).json()
    assert (me["user"]["name"], me["user"]["email"]) == ("Ada Byron", "ada@example.com")
    assert (me["user"]["is_email_verified"], me["user"]["has_password"]) == (True, False)
    assert (me["team"]["name"], me["team"]["role"]) == ("Ada Byron’s team", "owner")


async def test_the_same_account_elsewhere_opens_the_same_account_here(
    traveller: Traveller, people: PeopleFactory, mock: OidcMock
) -> None:
    await mock.know("grace", name="Grace", email="grace@example.com", email_verified=True)
    await traveller.through_mock(mock, "grace")
    again = Traveller(people.client())
    # The address at the provider may change; who it is does not.
    await mock.know("grace", name="Grace", email="hopper@example.com", email_verified=False)

    assert await again.through_mock(mock, "grace") == "/dashboard"
    assert (await again.me()).json()["user"] == (await traveller.me()).json()["user"]


async def test_the_provider_is_asked_with_state_nonce_and_pkce(traveller: Traveller) -> None:
    asked = asked_of(await traveller.leave("mock"))

    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == "http://localhost:3000/api/auth/federation/mock/callback"
    assert asked["scope"] == "openid email profile"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) == 43
    assert "s3cret" not in str(asked)


async def test_the_attempts_cookie_is_for_this_browser_and_ten_minutes(traveller: Traveller) -> None:
    answer = await traveller.browser.get("/api/auth/federation/mock/start")

    name_and_value, *attributes = answer.headers["set-cookie"].split("; ")
    assert name_and_value.startswith("quittance_federation=")
    assert set(attributes) == {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=600"}
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_session_by_provider_says_so_and_is_as_fresh_as_the_provider_says(
    traveller: Traveller, mock: OidcMock, connection: AsyncConnection
) -> None:
    await mock.know("ada", name="Ada", email="ada@example.com", email_verified=True)
    await traveller.through_mock(mock, "ada")

    row = (await connection.execute(select(Session.methods, Session.assurance_level, Session.authenticated_at))).one()
    assert (row.methods, row.assurance_level) == (["fed"], 1)
    assert row.authenticated_at is not None
    assert abs((clock.now() - row.authenticated_at).total_seconds()) < 10


async def test_a_session_the_browser_had_before_ends(
    traveller: Traveller, people: PeopleFactory, mock: OidcMock
) -> None:
    owner = await people.owner()
    await mock.know("ada", name="Ada", email="ada@example.com", email_verified=True)
    await Traveller(owner.client).through_mock(mock, "ada")

    assert (await owner.client.get("/api/me")).json()["user"]["email"] == "ada@example.com"
    assert (await people.client(owner.token).get("/api/me")).status_code == 401


async def test_the_second_factor_is_still_asked_for(
    traveller: Traveller, people: PeopleFactory, mock: OidcMock, sessions: SessionFactory
) -> None:
    await mock.know("ada", name="Ada", email="ada@example.com", email_verified=True)
    await traveller.through_mock(mock, "ada")
    async with transaction(sessions) as session:
        user = (await session.scalars(select(User).where(User.email == "ada@example.com"))).one()
        user.has_second_factor = True
    again = Traveller(people.client())

    assert await again.through_mock(mock, "ada", next="/invoices") == "/log-in/second-step?next=%2Finvoices"
    assert (await again.me()).json()["type"] == "urn:quittance:problem:second-factor-due"


async def test_a_disabled_person_is_refused(
    traveller: Traveller, people: PeopleFactory, mock: OidcMock, sessions: SessionFactory
) -> None:
    await mock.know("ada", name="Ada", email="ada@example.com", email_verified=True)
    await traveller.through_mock(mock, "ada")
    async with transaction(sessions) as session:
        user = (await session.scalars(select(User).where(User.email == "ada@example.com"))).one()
        user.disabled_at = clock.now()
    again = Traveller(people.client())

    assert problem_in(await again.through_mock(mock, "ada")) == "account-disabled"
    assert (await again.me()).status_code == 401


async def test_saying_no_at_the_provider_leads_back_to_the_log_in(traveller: Traveller, mock: OidcMock) -> None:
    location = await traveller.come_back(await mock.deny(await traveller.leave("mock")))

    assert location == "/log-in?problem=sign-in-cancelled&provider=mock"


@pytest.mark.parametrize("path", ["/api/auth/federation/unknown/start", "/api/auth/federation/unknown/callback?code=a"])
async def test_an_unknown_provider_leads_back_to_the_log_in(traveller: Traveller, path: str) -> None:
    answer = await traveller.browser.get(path)

    assert answer.status_code == 303
    assert problem_in(answer.headers["location"]) == "unknown-provider"


async def test_control_24_another_site_cannot_send_people_to_a_provider(traveller: Traveller) -> None:
    answer = await traveller.browser.get("/api/auth/federation/mock/start", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.headers["location"] == "/log-in?problem=started-elsewhere&provider=mock"
    assert "set-cookie" not in answer.headers


async def test_attempts_are_counted_per_client_and_too_many_are_told_on_a_page(traveller: Traveller) -> None:
    for _ in range(60):
        await traveller.come_back("/api/auth/federation/mock/callback?code=a&state=guessed")
    location = await traveller.leave("mock")

    assert location == "/log-in?problem=too-many-requests&provider=mock"


async def test_what_a_provider_that_is_away_means_is_told_on_a_page(
    traveller: Traveller, mock: OidcMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.federation.oidc.ProviderHttp.get", _no_answer)

    assert await traveller.leave("mock") == "/log-in?problem=provider-unavailable&provider=mock"


async def _no_answer(*_: object, **__: object) -> None:
    raise ProviderUnavailable


async def test_coming_twice_makes_nothing_twice(
    traveller: Traveller, people: PeopleFactory, mock: OidcMock, connection: AsyncConnection
) -> None:
    await mock.know("ada", name="Ada", email="ada@example.com", email_verified=True)
    await traveller.through_mock(mock, "ada")
    await Traveller(people.client()).through_mock(mock, "ada")

    assert await connection.scalar(select(func.count()).select_from(User)) == 1
    assert await connection.scalar(select(func.count()).select_from(LinkedIdentity)) == 1


async def test_no_secret_of_a_journey_stands_in_the_database(
    traveller: Traveller, mock: OidcMock, connection: AsyncConnection
) -> None:
    await mock.know("ada", name="Ada", email="ada@example.com", email_verified=True)
    address = await traveller.leave("mock")
    cookie = traveller.browser.cookies["quittance_federation"]
    asked = asked_of(address)
    back = await mock.log_in(address, "ada")
    await traveller.come_back(back)

    kept = str((await connection.execute(text("SELECT t::text FROM federation_attempts t"))).all())
    for secret in (cookie, asked["state"], asked["nonce"], asked_of(back)["code"]):
        assert secret not in kept
