from typing import Any

import httpx
import pytest

from app.models import Role
from tests.support.people import PeopleFactory, Person

ACME = {"name": "Acme SARL", "email": "compta@acme.example"}


async def create(person: Person, **fields: Any) -> dict[str, Any]:
    response = await person.client.post("/api/customers", json={**ACME, **fields})
    assert response.status_code == 201, response.text
    return response.json()


async def list_names(person: Person, **query: str | int) -> list[str]:
    response = await person.client.get("/api/customers", params=query)
    assert response.status_code == 200, response.text
    return [item["name"] for item in response.json()["items"]]


async def event_kinds(person: Person) -> list[str]:
    return [event["kind"] for event in (await person.client.get("/api/dashboard")).json()["activity"]]


def paths(response: httpx.Response) -> list[str]:
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return [error["path"] for error in response.json()["errors"]]


async def test_new_customer_starts_from_the_teams_currency_and_empty_fields(owner: Person) -> None:
    customer = await create(owner, name="  Acme SARL ", email="Compta@ACME.example")

    assert customer["name"] == "Acme SARL"
    assert customer["email"] == "compta@acme.example"
    assert customer["currency"] == "EUR"
    assert customer["payment_terms_days"] is None
    assert customer["archived_at"] is None
    assert (await owner.client.get(f"/api/customers/{customer['id']}")).json() == customer
    assert await event_kinds(owner) == ["customer.created"]


async def test_patch_changes_only_what_it_names(owner: Person) -> None:
    customer = await create(owner, city="Lyon", payment_terms_days=14)

    patched = await owner.client.patch(f"/api/customers/{customer['id']}", json={"payment_terms_days": None})

    assert patched.status_code == 200
    assert patched.json()["payment_terms_days"] is None
    assert patched.json()["city"] == "Lyon"


async def test_empty_patch_changes_nothing(owner: Person) -> None:
    customer = await create(owner)

    assert (await owner.client.patch(f"/api/customers/{customer['id']}", json={})).json() == customer


async def test_archive_and_restore_may_be_repeated(owner: Person) -> None:
    customer = await create(owner)
    address = f"/api/customers/{customer['id']}"

    first = await owner.client.post(f"{address}/archive")
    second = await owner.client.post(f"{address}/archive")
    assert first.json()["archived_at"] is not None
    assert second.json() == first.json()
    assert await list_names(owner) == []
    assert await list_names(owner, state="archived") == ["Acme SARL"]

    for _ in range(2):
        assert (await owner.client.post(f"{address}/restore")).json()["archived_at"] is None
    assert await list_names(owner) == ["Acme SARL"]
    assert await event_kinds(owner) == ["customer.archived", "customer.created"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("100%", ["100% Wool"]),
        ("snake_case", ["snake_case"]),
        ("\\", ["back\\slash"]),
        ("/", ["A/S Nord"]),
        ("WOOL", ["100 Wool", "100% Wool"]),
        ("ÅS", ["Åse Design"]),
        ("jonas@", ["snake_case"]),
        ("petra", ["100 Wool"]),
        ("%", ["100% Wool"]),
        ("nobody", []),
    ],
)
async def test_search_takes_every_character_literally_and_ignores_case(
    owner: Person, search: str, found: list[str]
) -> None:
    for name in ("100% Wool", "snakeXcase", "back\\slash", "A/S Nord", "Åse Design"):
        await create(owner, name=name)
    await create(owner, name="100 Wool", contact_name="Petra Lind")
    await create(owner, name="snake_case", email="jonas@snake.example")

    assert await list_names(owner, search=search) == found


async def test_names_sort_without_regard_to_case(owner: Person) -> None:
    for name in ("beta", "Alpha", "Gamma"):
        await create(owner, name=name)

    assert await list_names(owner) == ["Alpha", "beta", "Gamma"]
    assert await list_names(owner, sort="-name") == ["Gamma", "beta", "Alpha"]
    assert await list_names(owner, sort="created_at") == ["beta", "Alpha", "Gamma"]
    assert await list_names(owner, sort="-created_at") == ["Gamma", "Alpha", "beta"]


@pytest.mark.parametrize("sort", ["name", "-name", "created_at", "-created_at"])
async def test_pages_neither_skip_nor_repeat_when_names_are_equal_and_rows_arrive(owner: Person, sort: str) -> None:
    created = {
        (await create(owner, name=name))["id"] for name in ("same", "Same", "SAME", "other", "same", "Zed", "same")
    }

    seen: list[str] = []
    cursor = None
    while True:
        query = {"sort": sort, "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await owner.client.get("/api/customers", params=query)).json()
        assert len(page["items"]) <= 2
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        await create(owner, name="same")

    assert len(seen) == len(set(seen))
    assert created <= set(seen)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": " \t"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": None}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"email": ""}, "email"),
        ({"email": "not an address"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"currency": "eur"}, "currency"),
        ({"currency": "ZZZ"}, "currency"),
        ({"country_code": "XX"}, "country_code"),
        ({"country_code": "DE\n"}, "country_code"),
        ({"payment_terms_days": -1}, "payment_terms_days"),
        ({"payment_terms_days": 10**30}, "payment_terms_days"),
        ({"payment_terms_days": 1.5}, "payment_terms_days"),
        ({"notes": "x" * 4001}, "notes"),
        ({"discount": 5}, "discount"),
        ({"team_id": "00000000-0000-0000-0000-000000000001"}, "team_id"),
    ],
)
async def test_malformed_input_is_refused_at_its_field(owner: Person, fields: dict[str, Any], path: str) -> None:
    assert paths(await owner.client.post("/api/customers", json={**ACME, **fields})) == [path]

    customer = await create(owner)
    assert paths(await owner.client.patch(f"/api/customers/{customer['id']}", json=fields)) == [path]


async def test_missing_email_is_named(owner: Person) -> None:
    assert paths(await owner.client.post("/api/customers", json={"name": "Acme"})) == ["email"]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"sort": "email"}, "sort"),
        ({"search": "x" * 121}, "search"),
        ({"search": "a\x00"}, "search"),
        ({"cursor": "garbage"}, "cursor"),
        ({"cursor": "WyJhIiwiYiJd"}, "cursor"),
        # A cursor of the list by name does not fit the list by time.
        ({"sort": "created_at", "cursor": "WyJhIiwiYTIzYTM3YjktYmJjZi00ZjYxLTkwZTEtMTUyMGM1MWZmNTM1Il0"}, "cursor"),
    ],
)
async def test_malformed_query_is_refused_at_its_parameter(owner: Person, query: dict[str, str], path: str) -> None:
    assert paths(await owner.client.get("/api/customers", params=query)) == [path]


async def test_customers_of_another_team_do_not_exist(owner: Person, people: PeopleFactory) -> None:
    stranger = await people.owner("Southwind")
    customer = await create(stranger)
    address = f"/api/customers/{customer['id']}"

    assert await list_names(owner) == []
    for response in (
        await owner.client.get(address),
        await owner.client.patch(address, json={"name": "Mine"}),
        await owner.client.post(f"{address}/archive"),
        await owner.client.post(f"{address}/restore"),
    ):
        assert response.status_code == 404
        assert response.json()["type"] == "urn:quittance:problem:customer-not-found"


async def test_viewer_reads_customers_and_changes_none(owner: Person, people: PeopleFactory) -> None:
    viewer = await people.member(owner.team_id, Role.VIEWER)
    customer = await create(owner)

    assert await list_names(viewer) == ["Acme SARL"]
    assert (await viewer.client.post("/api/customers", json=ACME)).status_code == 403
    assert (await viewer.client.post(f"/api/customers/{customer['id']}/archive")).status_code == 403
