"""A POST that is sent again with its Idempotency-Key is carried out once and answered alike, whatever came between."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import func, select, text

from app.auth.idempotency import TABLE
from app.db.session import SessionFactory, transaction
from app.lib.ids import new_id
from app.models import Customer, IdempotencyKey, Role
from app.server.idempotency import HEADER
from tests.support.leftovers import Leftovers
from tests.support.people import PeopleFactory, Person

CUSTOMER = {"name": "Café Helle", "email": "konto@helle.example", "currency": "EUR"}


def fresh_key() -> dict[str, str]:
    return {"Idempotency-Key": str(new_id())}


async def count_customers(sessions: SessionFactory, person: Person) -> int:
    async with transaction(sessions, person.scope) as session:
        return await session.scalar(select(func.count()).select_from(Customer)) or 0


async def test_sent_again_it_is_carried_out_once_and_answered_alike(owner: Person, sessions: SessionFactory) -> None:
    headers = fresh_key()
    first, again = [await owner.client.post("/api/customers", json=CUSTOMER, headers=headers) for _ in range(2)]

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (first.headers.get(HEADER), again.headers[HEADER]) == (None, "true")
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["cache-control"] == "no-store"
    assert await count_customers(sessions, owner) == 1


async def test_without_a_key_each_is_carried_out(owner: Person, sessions: SessionFactory) -> None:
    for _ in range(2):
        assert (await owner.client.post("/api/customers", json=CUSTOMER)).status_code == 201

    assert await count_customers(sessions, owner) == 2


async def test_sent_at_the_same_time_it_is_carried_out_once(
    committed_owner: Person, committed_sessions: SessionFactory
) -> None:
    headers = fresh_key()
    answers = await asyncio.gather(
        *(committed_owner.client.post("/api/customers", json=CUSTOMER, headers=headers) for _ in range(5))
    )

    assert [answer.status_code for answer in answers] == [201] * 5
    assert len({answer.content for answer in answers}) == 1
    assert await count_customers(committed_sessions, committed_owner) == 1


async def test_a_key_is_for_one_request(owner: Person, sessions: SessionFactory) -> None:
    headers = fresh_key()
    await owner.client.post("/api/customers", json=CUSTOMER, headers=headers)
    other_body = await owner.client.post("/api/customers", json=CUSTOMER | {"name": "Other"}, headers=headers)
    other_place = await owner.client.post("/api/customers?other=1", json=CUSTOMER, headers=headers)

    for answer in (other_body, other_place):
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:quittance:problem:idempotency-key-reused")
    assert await count_customers(sessions, owner) == 1


async def test_a_refused_request_leaves_its_key_free(owner: Person, sessions: SessionFactory) -> None:
    headers = fresh_key()
    refused = await owner.client.post("/api/customers", json=CUSTOMER | {"currency": "nothing"}, headers=headers)
    mended = await owner.client.post("/api/customers", json=CUSTOMER, headers=headers)

    assert (refused.status_code, mended.status_code) == (422, 201)
    assert await count_customers(sessions, owner) == 1


@pytest.mark.parametrize("key", ["", " ", "k" * 256, "clé"])
async def test_a_key_that_is_none_is_named(owner: Person, sessions: SessionFactory, key: str) -> None:
    headers = [(b"idempotency-key", key.encode("latin-1"))]
    answer = await owner.client.post("/api/customers", json=CUSTOMER, headers=headers)

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["path"] == "Idempotency-Key"
    assert await count_customers(sessions, owner) == 0


async def test_two_keys_are_none(owner: Person) -> None:
    headers = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]

    assert (await owner.client.post("/api/customers", json=CUSTOMER, headers=headers)).status_code == 422


async def test_control_29_the_same_key_of_somebody_else_is_another_key(people: PeopleFactory, owner: Person) -> None:
    """Of another team, and of another person of the same team: neither gets the other's answer."""
    headers = fresh_key()
    colleague, stranger = await people.member(owner.team_id, Role.ADMIN), await people.owner("Elsewhere")
    ids = [
        (await person.client.post("/api/customers", json=CUSTOMER, headers=headers)).json()["id"]
        for person in (owner, colleague, stranger)
    ]

    assert len(set(ids)) == 3


async def test_control_29_who_may_no_longer_is_refused_and_shown_no_earlier_answer(
    committed_owner: Person, committed_people: PeopleFactory, as_superuser: Callable[..., None]
) -> None:
    member = await committed_people.member(committed_owner.team_id, Role.MEMBER)
    headers = fresh_key()
    assert (await member.client.post("/api/customers", json=CUSTOMER, headers=headers)).status_code == 201
    as_superuser(f"UPDATE memberships SET role = 'viewer' WHERE user_id = '{member.user_id}'")
    again = await member.client.post("/api/customers", json=CUSTOMER, headers=headers)

    assert again.status_code == 403
    assert "Helle" not in again.text


async def test_an_answer_is_kept_sealed(
    committed_owner: Person, superuser_database_url: str, committed_sessions: SessionFactory
) -> None:
    body = CUSTOMER | {"name": "Seen in one table only"}
    await committed_owner.client.post("/api/customers", json=body, headers=fresh_key())

    saying_it = await Leftovers(superuser_database_url).saying("Seen in one table only")
    assert "customers" in saying_it
    assert "idempotency_keys" not in saying_it
    async with transaction(committed_sessions, committed_owner.scope) as session:
        assert await session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1


async def test_an_answer_with_a_credential_is_not_kept(owner: Person, sessions: SessionFactory) -> None:
    """What changes a credential asks for a fresh proof; sent again it is carried out again, and each key is shown once."""
    headers = fresh_key()
    body: dict[str, Any] = {"name": "Sync", "scopes": ["customers:read"], "expires_in_days": 30}
    answers = [await owner.client.post("/api/api-keys", json=body, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201], answers[0].text
    assert answers[0].json() != answers[1].json()
    async with transaction(sessions, owner.scope) as session:
        assert await session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0


async def test_a_failing_commit_keeps_neither_effect_nor_answer(
    committed_owner: Person, committed_sessions: SessionFactory, as_superuser: Callable[..., None]
) -> None:
    headers = fresh_key()
    as_superuser(
        "CREATE FUNCTION fail_at_commit() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'secret detail' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE CONSTRAINT TRIGGER fail_at_commit AFTER INSERT ON customers DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION fail_at_commit()",
    )
    try:
        failed = await committed_owner.client.post("/api/customers", json=CUSTOMER, headers=headers)
    finally:
        as_superuser("DROP FUNCTION fail_at_commit() CASCADE")
    again = await committed_owner.client.post("/api/customers", json=CUSTOMER, headers=headers)

    assert (failed.status_code, failed.json()["type"]) == (500, "urn:quittance:problem:internal-error")
    assert "secret detail" not in failed.text
    assert failed.headers["x-request-id"]
    assert again.status_code == 201
    assert await count_customers(committed_sessions, committed_owner) == 1


async def test_an_answer_that_can_no_longer_be_read_is_a_conflict_and_no_second_effect(
    owner: Person, sessions: SessionFactory, app: Litestar
) -> None:
    headers = fresh_key()
    await owner.client.post("/api/customers", json=CUSTOMER, headers=headers)
    async with transaction(sessions, owner.scope) as session:
        await session.execute(text("UPDATE idempotency_keys SET sealed_answer = '\\x00'"))
    again = await owner.client.post("/api/customers", json=CUSTOMER, headers=headers)

    assert (again.status_code, again.json()["type"]) == (409, "urn:quittance:problem:idempotency-answer-lost")
    assert await count_customers(sessions, owner) == 1


async def test_a_request_without_a_key_costs_no_statement_more(owner: Person, statements: list[str]) -> None:
    await owner.client.post("/api/customers", json=CUSTOMER)

    assert not [statement for statement in statements if TABLE in statement]


async def test_what_only_reads_needs_no_key(owner: Person, statements: list[str]) -> None:
    answer: httpx.Response = await owner.client.get("/api/customers", headers=fresh_key())

    assert answer.status_code == 200
    assert not [statement for statement in statements if TABLE in statement]
