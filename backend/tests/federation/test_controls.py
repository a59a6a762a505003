"""Controls 25 to 27: the answer belongs to the browser that asked, the identity to one person, the way to our own pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select

from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.ids import new_id
from app.lib.own_paths import own_path
from app.models import LinkedIdentity, Passkey, User
from tests.federation.travel import Traveller, asked_of, at_hostile, problem_in
from tests.support.github_stand_in import GitHubPerson, GitHubStandIn
from tests.support.hostile_provider import HostileProvider
from tests.support.oidc_mock import OidcMock
from tests.support.people import PeopleFactory, Person

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


@pytest.mark.parametrize(("path", "expected"), [("/invoices", "/invoices"), ("//evil.example", "/dashboard")])
async def test_control_27_the_log_in_leads_only_to_our_own_pages(
    traveller: Traveller, mock: OidcMock, path: str, expected: str
) -> None:
    await mock.know("ada", name="Ada", email="ada@example.com", email_verified=True)

    assert await traveller.through_mock(mock, "ada", next=path) == expected


# --- linking, unlinking, stepping up


async def _password(sessions: SessionFactory, person: Person, password_hash: str | None) -> None:
    async with transaction(sessions) as session:
        (await session.get_one(User, person.user_id)).password_hash = password_hash


async def _linked(person: Person) -> list[dict[str, Any]]:
    return (await person.client.get("/api/me/linked-accounts")).json()


async def _link(owner: Person, mock: OidcMock, subject: str = "ada") -> str:
    mine = Traveller(owner.client)
    return await mine.come_back(await mock.log_in(await mine.leave_signed_in("mock", "link"), subject))


async def test_control_26_a_person_links_and_unlinks_from_their_own_fresh_session(
    people: PeopleFactory, mock: OidcMock
) -> None:
    owner = await people.owner()
    assert await _link(owner, mock) == "/settings/security"
    (account,) = await _linked(owner)
    assert (account["provider_id"], account["is_only_way_in"]) == ("mock", False)
    with clock.turned_to(clock.now() + timedelta(minutes=11)):
        stale = [
            await owner.client.post("/api/auth/federation/mock/link", json={}),
            await owner.client.delete(f"/api/me/linked-accounts/{account['id']}"),
        ]
    assert [answer.json()["type"] for answer in stale] == ["urn:quittance:problem:step-up-required"] * 2

    assert (await owner.client.delete(f"/api/me/linked-accounts/{account['id']}")).status_code == 204
    assert await _linked(owner) == []


async def test_control_26_another_person_cannot_finish_a_link(people: PeopleFactory, mock: OidcMock) -> None:
    owner, other = await people.owner("One"), await people.owner("Other")
    mine = Traveller(owner.client)
    back = await mock.log_in(await mine.leave_signed_in("mock", "link"), "ada")
    owner.client.cookies.set("quittance_session", other.token)

    assert await mine.come_back(back) == "/settings/security?problem=other-session&provider=mock"
    assert await _linked(other) == []


async def test_control_26_an_identity_opens_one_account_only(people: PeopleFactory, mock: OidcMock) -> None:
    owner, other = await people.owner("One"), await people.owner("Other")
    await _link(owner, mock)

    assert problem_in(await _link(other, mock)) == "identity-taken"
    assert problem_in(await _link(owner, mock, "a second account")) == "already-linked"
    (account,) = await _linked(owner)
    assert (await other.client.delete(f"/api/me/linked-accounts/{account['id']}")).status_code == 404


async def test_the_last_way_in_cannot_be_unlinked(
    people: PeopleFactory, mock: OidcMock, sessions: SessionFactory
) -> None:
    owner = await people.owner()
    await _link(owner, mock)
    await _password(sessions, owner, None)
    (account,) = await _linked(owner)
    answer = await owner.client.delete(f"/api/me/linked-accounts/{account['id']}")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:quittance:problem:only-way-in")
    assert account["is_only_way_in"] is True


async def test_with_a_passkey_an_account_may_be_unlinked(
    people: PeopleFactory, mock: OidcMock, sessions: SessionFactory
) -> None:
    owner = await people.owner()
    await _link(owner, mock)
    await _password(sessions, owner, None)
    async with transaction(sessions) as session:
        session.add(
            Passkey(
                id=new_id(),
                user_id=owner.user_id,
                credential_id=b"desk",
                public_key=b"key",
                sign_count=0,
                transports=[],
                is_synced=False,
                name="Desk",
                created_at=clock.now(),
            )
        )
    (account,) = await _linked(owner)
    unlinked = await owner.client.delete(f"/api/me/linked-accounts/{account['id']}")

    assert account["is_only_way_in"] is False
    assert unlinked.status_code == 204, unlinked.text


async def test_a_log_in_at_the_provider_just_now_makes_the_session_fresh_again(
    people: PeopleFactory, hostile: HostileProvider, sessions: SessionFactory
) -> None:
    owner = await people.owner()
    mine = Traveller(owner.client)
    assert (
        await mine.come_back(at_hostile(hostile, await mine.leave_signed_in("hostile", "link"))) == "/settings/security"
    )
    await _password(sessions, owner, None)
    with clock.turned_to(clock.now() + timedelta(minutes=20)):
        now = int(clock.now().timestamp())
        for auth_time, expected in (
            (None, "step-up-failed"), (now - 600, "step-up-failed"), (now + 600, "step-up-failed"), (True, "step-up-failed"), (now, ""),
        ):  # fmt: skip
            hostile.claims = {"auth_time": auth_time, "iat": now, "exp": now + 300}
            address = await mine.leave_signed_in("hostile", "step-up")
            assert (asked_of(address)["prompt"], asked_of(address)["max_age"]) == ("login", "0")
            assert problem_in(await mine.come_back(at_hostile(hostile, address))) == expected
        assert (await owner.client.post("/api/auth/federation/hostile/link", json={})).status_code == 200
        assert (await people.client(owner.token).get("/api/me")).status_code == 401, "a new id"


async def test_another_account_at_the_provider_does_not_step_up(
    people: PeopleFactory, hostile: HostileProvider, sessions: SessionFactory
) -> None:
    owner = await people.owner()
    mine = Traveller(owner.client)
    await mine.come_back(at_hostile(hostile, await mine.leave_signed_in("hostile", "link")))
    await _password(sessions, owner, None)
    hostile.claims = {"sub": "somebody else", "auth_time": int(clock.now().timestamp())}

    address = await mine.leave_signed_in("hostile", "step-up")
    assert problem_in(await mine.come_back(at_hostile(hostile, address))) == "step-up-failed"


@pytest.mark.parametrize(("provider", "password_hash", "slug"), [
    ("mock", "!", "step-up-by-other-means"), ("github", None, "step-up-impossible"),
])  # fmt: skip
async def test_stepping_up_by_provider_is_for_those_who_have_nothing_else_and_where_the_provider_can(
    people: PeopleFactory, sessions: SessionFactory, provider: str, password_hash: str | None, slug: str
) -> None:
    owner = await people.owner()
    await _password(sessions, owner, password_hash)
    answer = await owner.client.post(f"/api/auth/federation/{provider}/step-up", json={})

    assert (answer.status_code, answer.json()["type"]) == (409, f"urn:quittance:problem:{slug}")
