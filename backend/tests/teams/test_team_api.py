import httpx
import pytest

from app.lib.iban import is_valid_iban
from app.models import Role
from tests.support.people import PeopleFactory, Person

# As long as each may be.
LONGEST_SELLER = {
    "legal_name": "L" * 200,
    "address_line_1": "a" * 200,
    "address_line_2": "b" * 200,
    "postal_code": "p" * 20,
    "city": "c" * 120,
    "country_code": "DE",
    "vat_identifier": "v" * 32,
    "registration_identifier": "r" * 64,
    "email": "accounts@example.com",
    "iban": "MT84MALT011000012345MTLCAST001S",
    "bic": "COBADEFFXXX",
    "bank_name": "n" * 120,
}


async def test_the_team_reads_back_what_was_written(owner: Person) -> None:
    change = {
        "name": "T" * 120,
        "seller": LONGEST_SELLER,
        "currency": "JPY",
        "payment_terms_days": 365,
        "invoice_number_prefix": "INV/2026._-a-b-c",
    }
    answer = await owner.client.patch("/api/team", json=change)

    assert answer.status_code == 200, answer.text
    assert answer.json() == change | {"id": str(owner.team_id)}
    assert (await owner.client.get("/api/team")).json() == answer.json()
    assert (await owner.client.get("/api/me")).json()["team"]["name"] == "T" * 120


async def test_what_is_left_out_stays(owner: Person) -> None:
    before = (await owner.client.get("/api/team")).json()
    answer = await owner.client.patch("/api/team", json={"seller": {"city": "Cork"}})

    assert answer.json() == before | {"seller": before["seller"] | {"city": "Cork"}}


async def test_optional_details_can_be_emptied(owner: Person) -> None:
    emptied = {"address_line_2": "", "vat_identifier": "", "email": "", "iban": "", "bic": "", "country_code": ""}
    answer = await owner.client.patch("/api/team", json={"seller": emptied, "invoice_number_prefix": ""})

    assert answer.status_code == 200, answer.text
    assert {field: answer.json()["seller"][field] for field in emptied} == emptied


async def test_an_iban_is_kept_without_spaces_in_capitals(owner: Person) -> None:
    answer = await owner.client.patch("/api/team", json={"seller": {"iban": "de89 3704 0044 0532 0130 00"}})

    assert answer.json()["seller"]["iban"] == "DE89370400440532013000"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": " \t"}, "name"),
        ({"name": "T" * 121}, "name"),
        ({"name": None}, "name"),
        ({"id": "0192f0c1-2b6f-7c3e-8a4d-000000000001"}, "id"),
        ({"role": "owner"}, "role"),
        ({"currency": "eur"}, "currency"),
        ({"currency": "XTS"}, "currency"),
        ({"currency": "ABC"}, "currency"),
        ({"payment_terms_days": 366}, "payment_terms_days"),
        ({"payment_terms_days": -1}, "payment_terms_days"),
        ({"invoice_number_prefix": "Ä-"}, "invoice_number_prefix"),
        ({"invoice_number_prefix": "AN \n"}, "invoice_number_prefix"),
        ({"invoice_number_prefix": "P" * 17}, "invoice_number_prefix"),
        ({"seller": {"legal_name": ""}}, "seller.legal_name"),
        ({"seller": {"country_code": "ZZ"}}, "seller.country_code"),
        ({"seller": {"country_code": "de"}}, "seller.country_code"),
        ({"seller": {"email": "nobody"}}, "seller.email"),
        ({"seller": {"bic": "COBADEF"}}, "seller.bic"),
        ({"seller": {"iban": "DE89370400440532013001"}}, "seller.iban"),
        ({"seller": {"iban": "DE89"}}, "seller.iban"),
        ({"seller": {"iban": "not an iban!"}}, "seller.iban"),
        ({"seller": {"iban": "DE" + "1" * 60}}, "seller.iban"),
        ({"seller": {"team_id": "x"}}, "seller.team_id"),
    ],
)
async def test_what_cannot_be_is_refused_by_name_and_changes_nothing(
    owner: Person, change: dict[str, object], path: str
) -> None:
    before = (await owner.client.get("/api/team")).json()
    answer = await owner.client.patch("/api/team", json=change)

    assert answer.status_code == 422, answer.text
    assert [error["path"] for error in answer.json()["errors"]] == [path]
    assert (await owner.client.get("/api/team")).json() == before


async def test_a_prefix_keeps_no_line_break(owner: Person) -> None:
    answer = await owner.client.patch("/api/team", json={"invoice_number_prefix": "AN-\n"})

    assert answer.json()["invoice_number_prefix"] == "AN-"


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 200), (Role.MEMBER, 403), (Role.VIEWER, 403)])
async def test_only_those_who_manage_the_team_change_it(
    owner: Person, people: PeopleFactory, role: Role, status: int
) -> None:
    person = await people.member(owner.team_id, role)

    assert (await person.client.get("/api/team")).status_code == 200
    assert (await person.client.patch("/api/team", json={"name": "Renamed"})).status_code == status


async def test_a_new_team_starts_with_what_signing_up_said(client: httpx.AsyncClient, people: PeopleFactory) -> None:
    signed_up = {
        "name": "Ada",
        "email": "ada@example.com",
        "password": "correct horse battery",
        "team_name": "  Engines ",
    }
    await people.sign_up(client, signed_up)
    team = (await client.get("/api/team")).json()

    assert team["name"] == team["seller"]["legal_name"] == "Engines"
    assert team["currency"] == "EUR"
    assert set(team["seller"].values()) == {"Engines", ""}


# From the registry of ISO 13616: the shortest and the longest among them.
@pytest.mark.parametrize(
    "iban",
    [
        "NO9386011117947",
        "BE68539007547034",
        "DE89370400440532013000",
        "FR1420041010050500013M02606",
        "MT84MALT011000012345MTLCAST001S",
        "LC55HEMM000100010012001200023015",
    ],
)
def test_real_ibans_fit_and_no_swapped_or_changed_digit_does(iban: str) -> None:
    assert is_valid_iban(iban)
    for index in range(4, len(iban) - 1):
        first, second = iban[index], iban[index + 1]
        if first.isdigit() and second.isdigit():
            assert not is_valid_iban(iban[:index] + str((int(first) + 1) % 10) + iban[index + 1 :])
            if first != second:
                assert not is_valid_iban(iban[:index] + second + first + iban[index + 2 :])


@pytest.mark.parametrize(
    "iban",
    [
        "",
        "DE89",
        "DE8937040044053201300",
        "DE89 3704 0044 0532 0130 00",
        "XX" + "0" * 40,
        "ＤＥ89370400440532013000",
        "8937040044053201300000",
    ],
)
def test_what_is_no_iban_does_not_fit(iban: str) -> None:
    assert not is_valid_iban(iban)
