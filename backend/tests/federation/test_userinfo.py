"""Where the ID token says nothing of the address, the userinfo endpoint does: about the same person, or not at all."""

import pytest

from tests.federation.travel import Traveller, problem_in
from tests.support.hostile_provider import HostileProvider

ADA = {"sub": "subject-1", "email": "Ada@Example.com", "email_verified": True, "name": "Ada Byron"}


@pytest.fixture(autouse=True)
def _id_token_without_profile(hostile: HostileProvider) -> None:
    hostile.claims = {"email": None, "email_verified": None, "name": None}
    hostile.userinfo = dict(ADA)


async def test_address_and_name_come_from_userinfo(traveller: Traveller, hostile: HostileProvider) -> None:
    assert await traveller.through_hostile(hostile) == "/dashboard"
    user = (await traveller.me()).json()["user"]

    assert (user["email"], user["name"]) == ("ada@example.com", "Ada Byron")
    assert hostile.userinfo_tokens == ["Bearer access"]


@pytest.mark.parametrize("subject", ["subject-2", "", None, 7])
async def test_userinfo_about_anybody_else_is_refused(
    traveller: Traveller, hostile: HostileProvider, subject: object
) -> None:
    hostile.userinfo["sub"] = subject

    assert problem_in(await traveller.through_hostile(hostile)) == "provider-refused"
    assert (await traveller.me()).status_code == 401


@pytest.mark.parametrize(
    "said",
    [
        {"email_verified": False}, {"email_verified": "true"}, {"email_verified": None}, {"email": None},
        {"email": "no address"}, {"email": ["ada@example.com"]},
    ],
    ids=repr,
)  # fmt: skip
async def test_control_26_userinfo_without_a_confirmed_address_opens_no_account(
    traveller: Traveller, hostile: HostileProvider, said: dict[str, object]
) -> None:
    hostile.userinfo |= said

    assert problem_in(await traveller.through_hostile(hostile)) == "provider-email-unverified"


async def test_a_verified_id_token_does_not_verify_the_address_of_userinfo(
    traveller: Traveller, hostile: HostileProvider
) -> None:
    hostile.claims["email_verified"] = True
    hostile.userinfo["email_verified"] = False

    assert problem_in(await traveller.through_hostile(hostile)) == "provider-email-unverified"


async def test_an_id_token_with_an_address_is_enough(traveller: Traveller, hostile: HostileProvider) -> None:
    hostile.claims = {}

    assert await traveller.through_hostile(hostile) == "/dashboard"
    assert hostile.userinfo_tokens == []


async def test_a_provider_without_userinfo_may_say_nothing_of_the_address(
    traveller: Traveller, hostile: HostileProvider
) -> None:
    hostile.metadata = {"userinfo_endpoint": None}

    assert problem_in(await traveller.through_hostile(hostile)) == "provider-email-unverified"
