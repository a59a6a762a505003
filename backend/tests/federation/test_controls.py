"""Controls 25 to 27: the answer belongs to the browser that asked, the identity to one person, the way to our own pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from joserfc.jwk import RSAKey
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.own_paths import own_path
from app.models import FederationAttempt, LinkedIdentity, User
from tests.federation.travel import Traveller, at_hostile, problem_in
from tests.support.github_stand_in import GitHubPerson, GitHubStandIn
from tests.support.hostile_provider import HostileProvider
from tests.support.oidc_mock import OidcMock
from tests.support.people import PeopleFactory

EXPIRED = "sign-in-expired"


# --- control 25: state, PKCE and nonce


async def test_control_25_a_state_swapped_between_two_browsers_opens_neither(
    traveller: Traveller, people: PeopleFactory, hostile: HostileProvider
) -> None:
    other = Traveller(people.client())
    mine, theirs = await traveller.leave("hostile"), await other.leave("hostile")

    assert problem_in(await traveller.come_back(at_hostile(hostile, theirs))) == EXPIRED
    assert problem_in(await other.come_back(at_hostile(hostile, mine))) == EXPIRED
    assert (await traveller.me()).status_code == (await other.me()).status_code == 401


async def test_control_25_a_callback_without_the_cookie_opens_nothing(
    traveller: Traveller, people: PeopleFactory, hostile: HostileProvider
) -> None:
    address = at_hostile(hostile, await traveller.leave("hostile"))

    assert problem_in(await Traveller(people.client()).come_back(address)) == EXPIRED


async def test_control_25_a_link_begun_in_one_browser_is_not_finished_in_another(
    people: PeopleFactory, hostile: HostileProvider
) -> None:
    """Whoever gets a victim to open the end of their own link must not get a way into the victim's account."""
    attacker, victim = await people.owner("Attacker"), await people.owner("Victim")
    address = at_hostile(hostile, await Traveller(attacker.client).leave_signed_in("hostile", "link"))
    await Traveller(victim.client).leave_signed_in("hostile", "link")

    assert problem_in(await Traveller(victim.client).come_back(address)) == EXPIRED
    assert (await victim.client.get("/api/me/linked-accounts")).json() == []


async def test_control_25_over_https_the_attempt_is_in_a_cookie_of_this_host_alone(
    browser_over_https: httpx.AsyncClient, hostile: HostileProvider
) -> None:
    left = await browser_over_https.get("/api/auth/federation/hostile/start")
    name_and_value, *attributes = left.headers["set-cookie"].split("; ")
    name, _, value = name_and_value.partition("=")
    assert name == "__Host-quittance_federation"
    # No Domain: the prefix forbids one.
    assert set(attributes) == {"HttpOnly", "Path=/", "SameSite=lax", "Secure", "Max-Age=600"}

    address = at_hostile(hostile, left.headers["location"]).removeprefix("https://quittance.example")
    without_prefix = {"Cookie": f"quittance_federation={value}"}
    planted = await browser_over_https.get(address, headers=without_prefix)
    assert problem_in(planted.headers["location"]) == EXPIRED, "a sister site can set one without the prefix"
    back = await browser_over_https.get(address, headers={"Cookie": f"{name}={value}"})
    assert back.headers["location"] == "/dashboard"
    (gone,) = [cookie for cookie in back.headers.get_list("set-cookie") if cookie.startswith(name)]
    assert {"Path=/", "Secure", "Max-Age=0"} <= set(gone.split("; "))


async def test_control_25_a_state_works_once_even_where_it_failed(
    traveller: Traveller, hostile: HostileProvider
) -> None:
    hostile.claims = {"nonce": "another"}
    address = at_hostile(hostile, await traveller.leave("hostile"))
    cookie = traveller.browser.cookies["quittance_federation"]
    assert problem_in(await traveller.come_back(address)) == "provider-refused"
    hostile.claims = {}
    traveller.browser.cookies.set("quittance_federation", cookie)

    assert problem_in(await traveller.come_back(address)) == EXPIRED


async def test_control_25_a_state_is_good_for_ten_minutes(traveller: Traveller, hostile: HostileProvider) -> None:
    address = at_hostile(hostile, await traveller.leave("hostile"))
    with clock.turned_to(clock.now() + timedelta(minutes=10, seconds=1)):
        assert problem_in(await traveller.come_back(address)) == EXPIRED


async def test_control_25_the_answer_of_one_provider_is_not_taken_for_anothers(
    traveller: Traveller, hostile: HostileProvider
) -> None:
    address = at_hostile(hostile, await traveller.leave("hostile"))

    assert problem_in(await traveller.come_back(address.replace("/hostile/", "/mock/"))) == EXPIRED


@pytest.mark.parametrize("answered", [{"iss": "https://honest.example"}, {"iss": ""}])
async def test_control_25_an_answer_of_another_issuer_is_refused(
    traveller: Traveller, hostile: HostileProvider, answered: dict[str, str]
) -> None:
    assert problem_in(await traveller.through_hostile(hostile, **answered)) == "provider-refused"


async def test_control_25_an_issuer_that_says_it_names_itself_must(
    traveller: Traveller, hostile: HostileProvider
) -> None:
    hostile.metadata = {"authorization_response_iss_parameter_supported": True}

    assert problem_in(await traveller.through_hostile(hostile)) == "provider-refused"
    assert await traveller.through_hostile(hostile, iss=hostile.issuer) == "/dashboard"


STRANGER = RSAKey.generate_key(2048, {"kid": "first"})
FORGED: dict[str, tuple[dict[str, Any], Callable[[HostileProvider], Callable[[dict[str, Any]], Any]]]] = {
    "wrong nonce": ({"nonce": "another"}, lambda hostile: hostile.signed),
    "no nonce": ({"nonce": None}, lambda hostile: hostile.signed),
    "wrong aud": ({"aud": "another-client"}, lambda hostile: hostile.signed),
    "one more aud": ({"aud": ["quittance", "another"], "azp": "quittance"}, lambda hostile: hostile.signed),
    "wrong azp": ({"azp": "another-client"}, lambda hostile: hostile.signed),
    "wrong iss": ({"iss": "https://honest.example"}, lambda hostile: hostile.signed),
    "expired": ({"exp": 1_700_000_000}, lambda hostile: hostile.signed),
    "no exp": ({"exp": None}, lambda hostile: hostile.signed),
    "issued in the future": ({"iat": 9_999_999_999}, lambda hostile: hostile.signed),
    "no sub": ({"sub": None}, lambda hostile: hostile.signed),
    "sub with a control character": ({"sub": "a\x00b"}, lambda hostile: hostile.signed),
    "sub that is long": ({"sub": "s" * 256}, lambda hostile: hostile.signed),
    "alg none": ({}, lambda hostile: hostile.unsigned),
    "HS256 with the public key": ({}, lambda hostile: hostile.signed_with_the_public_key),
    "another's key": ({}, lambda hostile: lambda claims: hostile.signed(claims, key=STRANGER)),
    "an access token": ({}, lambda hostile: lambda claims: hostile.signed(claims, header={"typ": "at+jwt"})),
    "no JWT": ({}, lambda _: lambda _claims: "a.b.c"),
    "not even a string": ({}, lambda _: lambda _claims: 7),
}


@pytest.mark.parametrize("forgery", FORGED)
async def test_control_25_an_id_token_that_does_not_fit_opens_nothing(
    traveller: Traveller, hostile: HostileProvider, forgery: str
) -> None:
    hostile.claims, make = FORGED[forgery]
    hostile.make_id_token = make(hostile)

    assert await traveller.through_hostile(hostile) == "/log-in?problem=provider-refused&provider=hostile"
    assert (await traveller.me()).status_code == 401


async def test_control_25_a_new_key_is_fetched_once_and_unknown_ones_do_not_make_us_ask_again(
    traveller: Traveller, hostile: HostileProvider
) -> None:
    assert await traveller.through_hostile(hostile) == "/dashboard"
    second = RSAKey.generate_key(2048, {"kid": "second"})
    hostile.make_id_token = lambda claims: hostile.signed(claims, key=second)
    hostile.published = [hostile.key, second]
    with clock.turned_to(clock.now() + timedelta(minutes=2)):
        assert await traveller.through_hostile(hostile) == "/dashboard"
        hostile.make_id_token = lambda claims: hostile.signed(claims, key=RSAKey.generate_key(2048, {"kid": "third"}))
        for _ in range(3):
            assert problem_in(await traveller.through_hostile(hostile)) == "provider-refused"

    assert hostile.key_requests == 2


# --- control 26: whose identity


async def test_control_26_an_address_of_an_existing_account_is_never_linked_by_itself(
    traveller: Traveller, people: PeopleFactory, mock: OidcMock, sessions: SessionFactory
) -> None:
    """Better Auth CVE-2026-53516: an account registered in advance with the victim's address, or the victim's own."""
    owner = await people.owner()
    for is_verified in (True, False):
        async with transaction(sessions) as session:
            user = await session.get_one(User, owner.user_id)
            user.email_verified_at = clock.now() if is_verified else None
        await mock.know("victim", name="Victim", email=owner.email.upper(), email_verified=True)

        location = await traveller.through_mock(mock, "victim")

        assert location == "/log-in?problem=account-exists&provider=mock"
        assert (await traveller.me()).status_code == 401
        async with transaction(sessions) as session:
            assert (await session.scalars(select(LinkedIdentity))).all() == []


@pytest.mark.parametrize("email_verified", [False, None, "true", 1])
async def test_control_26_an_unverified_address_opens_no_account_and_tells_nothing(
    traveller: Traveller, people: PeopleFactory, hostile: HostileProvider, email_verified: object
) -> None:
    owner = await people.owner()
    for address in (owner.email, "nobody-has-this@example.com"):
        hostile.claims = {"email": address, "email_verified": email_verified}

        assert problem_in(await traveller.through_hostile(hostile)) == "provider-email-unverified"


async def test_control_26_github_people_are_known_by_their_number(
    traveller: Traveller, people: PeopleFactory, github: GitHubStandIn, sessions: SessionFactory
) -> None:
    emails = [
        {"email": "other@example.com", "primary": False, "verified": True, "visibility": None},
        {"email": "Octo@Example.com", "primary": True, "verified": True, "visibility": "private"},
    ]
    github.person = GitHubPerson(id=583231, login="octocat", name="The Octocat", emails=emails)
    assert await traveller.through_github(github) == "/dashboard"
    assert (await traveller.me()).json()["user"]["email"] == "octo@example.com"
    # The name was given up, and somebody else took it.
    github.person = GitHubPerson(id=999, login="octocat", emails=[emails[0] | {"primary": True}])
    other = Traveller(people.client())
    assert await other.through_github(github) == "/dashboard"

    assert (await other.me()).json()["user"]["id"] != (await traveller.me()).json()["user"]["id"]
    async with transaction(sessions) as session:
        assert set(await session.scalars(select(LinkedIdentity.subject))) == {"583231", "999"}


@pytest.mark.parametrize(
    "person",
    [
        GitHubPerson(id=2, login="a", emails=[{"email": "a@example.com", "primary": True, "verified": False}]),
        GitHubPerson(id=2, login="a", emails=[{"email": "a@example.com", "primary": False, "verified": True}]),
        GitHubPerson(id=2, login="a", shares_emails=False),
    ],
    ids=["not verified", "not primary", "not shared"],
)
async def test_control_26_an_address_github_has_not_confirmed_opens_no_account(
    traveller: Traveller, github: GitHubStandIn, person: GitHubPerson
) -> None:
    github.person = person

    assert await traveller.through_github(github) == "/log-in?problem=provider-email-unverified&provider=github"


# --- control 27: where to


OWN = [
    "/",
    "/dashboard",
    "/invoices/0198c0de-0000-7000-8000-000000000001/edit",
    "/invoices?status=overdue&search=a%20b",
]
FOREIGN = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https://evil.example",
    "javascript:alert(1)", "evil.example", "/%2f%2fevil.example", "/%2fevil.example", "%2f%2fevil.example", "/%5cevil.example",
    "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example", " //evil.example", "/ /evil.example",
    "/dashboard\n", "/a//b", "/./evil", "/../evil", "/a/../..//evil", "/@evil.example:80", "/dashboard#fragment", "/\u2215evil",
    "/api/auth/federation/mock/start", "/api", "/schema", "/saq/queues", "", "/" + "a" * 600,
]  # fmt: skip


@pytest.mark.parametrize("path", OWN)
def test_control_27_pages_of_the_product_are_kept(path: str) -> None:
    assert own_path(path, default="/default") == path


@pytest.mark.parametrize("path", FOREIGN, ids=repr)
def test_control_27_everything_else_becomes_the_dashboard(path: str) -> None:
    assert own_path(path, default="/dashboard") == "/dashboard"


TRICKS = (
    "/", "//", "\\", "/\\", "https:", "javascript:", "evil.example", "%2f", "%5c", "%09", "%00", "\t", "\n", "\r", "\0",
    " ", ".", "..", "@", ":", "?", "#", ";", "&", "a", "api", "\u2044", "\u2215", "\uff0f", "\u202e",
)  # fmt: skip


def _as_browsers_read(reference: str) -> SplitResult:
    """What comes out where a browser is sent to it (WHATWG URL, basic parser), as far as tricks go."""
    trimmed = reference.strip("".join(map(chr, range(0x21))))
    for dropped in "\t\n\r":
        trimmed = trimmed.replace(dropped, "")
    return urlsplit(urljoin("https://quittance.example/api/auth/callback", trimmed.replace("\\", "/")))


@given(st.lists(st.sampled_from(TRICKS), max_size=9).map("".join))
@example("/\t/evil.example")
def test_control_27_no_mixture_of_tricks_leads_to_another_site_or_past_the_pages(path: str) -> None:
    kept = own_path(path, default="/dashboard")
    for reading in (kept, unquote(kept.partition("?")[0]), unquote(unquote(kept.partition("?")[0]))):
        target = _as_browsers_read(reading)
        assert (target.scheme, target.netloc) == ("https", "quittance.example")
        assert not f"{target.path}/".startswith("/api/")


async def test_control_27_no_foreign_path_survives_the_beginning_of_a_log_in_or_a_link(
    traveller: Traveller, people: PeopleFactory, connection: AsyncConnection
) -> None:
    owner = await people.owner()
    for path in FOREIGN:
        await traveller.leave("hostile", next=path)
        link = await owner.client.post("/api/auth/federation/hostile/link", json={"next_path": path})
        assert link.status_code == 200, path

    kept = await connection.execute(select(FederationAttempt.purpose, FederationAttempt.next_path).distinct())
    assert set(kept.tuples()) == {("log_in", "/dashboard"), ("link", "/settings/security")}


@pytest.mark.parametrize(("path", "expected"), [("/invoices", "/invoices"), ("//evil.example", "/dashboard")])
async def test_control_27_the_log_in_leads_only_to_our_own_pages(
    traveller: Traveller, mock: OidcMock, path: str, expected: str
) -> None:
    await mock.know("ada", name="Ada", email="ada@example.com", email_verified=True)

    assert await traveller.through_mock(mock, "ada", next=path) == expected
