"""Two teams on one connection, and two teams whose rows have the same ids: neither ever sees the other."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import date
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.config import Settings
from app.db.driver import DriverStatement
from app.db.engine import create_engine
from app.db.session import SessionFactory, create_session_factory, transaction
from app.db.tenancy import TenantScope
from app.lib.ids import new_id
from app.models import Customer
from tests.payments.builders import build_customer, build_issued_invoice, build_payment, keep
from tests.support.people import PeopleFactory, Person

type Way = Callable[[SessionFactory, TenantScope], Awaitable[set[UUID]]]

TURNS = 2000
_ALL_CUSTOMERS = DriverStatement(text("SELECT team_id FROM customers"))


@pytest.fixture
async def one_connection(settings: Settings) -> AsyncGenerator[AsyncEngine]:
    """The application's own engine, with a pool of one."""
    engine = create_engine(msgspec.structs.replace(settings.database, pool_size=1, pool_overflow=0))
    yield engine
    await engine.dispose()


@pytest.fixture
async def teams(committed_people: PeopleFactory, committed_sessions: SessionFactory) -> list[Person | None]:
    """Two teams with one customer each, and nobody."""
    owners = [await committed_people.owner(name) for name in ("Northwind", "Southwind")]
    for owner in owners:
        await keep(committed_sessions, owner.scope, build_customer(owner.team_id))
    return [*owners, None]


async def _read(sessions: SessionFactory, scope: TenantScope) -> set[UUID]:
    """Whose customers a transaction sees that filters nothing itself, by either way to the database."""
    async with transaction(sessions, scope) as session:
        return set((await session.scalars(select(Customer.team_id))).all())


async def _read_on_driver(sessions: SessionFactory, scope: TenantScope) -> set[UUID]:
    async with transaction(sessions, scope) as session:
        return {row["team_id"] for row in await _ALL_CUSTOMERS.fetch(session, {})}


async def _read_after_a_failure(sessions: SessionFactory, scope: TenantScope) -> set[UUID]:
    with pytest.raises(DBAPIError):
        async with transaction(sessions, scope) as session:
            await session.execute(text("SELECT 1 / 0"))
    return await _read(sessions, scope)


_WAYS: list[Way] = [_read, _read_on_driver, _read_after_a_failure]


@pytest.mark.slow
async def test_control_31_one_connection_that_serves_all_teams_in_turn_carries_nothing_over(
    one_connection: AsyncEngine, teams: list[Person | None]
) -> None:
    """With failures, and with cancellations at any moment in between."""
    sessions, chance = create_session_factory(one_connection), random.Random(31)
    cancelled = 0
    for turn in range(TURNS):
        person = teams[turn % len(teams)]
        scope = person.scope if person else TenantScope()
        seen = asyncio.create_task(_read_somehow(chance.choice(_WAYS), sessions, scope))
        if turn % 10 == 9:
            for _ in range(chance.randrange(40)):
                await asyncio.sleep(0)
            seen.cancel()
        try:
            assert await seen == ({person.team_id} if person else set()), turn
        except asyncio.CancelledError:
            cancelled += 1

    assert cancelled >= TURNS // 40


async def _read_somehow(way: Way, sessions: SessionFactory, scope: TenantScope) -> set[UUID]:
    return await way(sessions, scope)


async def test_control_31_many_at_once_on_few_connections_see_their_own(
    committed_people: PeopleFactory, teams: list[Person | None]
) -> None:
    asking = [person for person in teams for _ in range(40)]
    random.Random(31).shuffle(asking)
    answers = await asyncio.gather(
        *((person.client if person else committed_people.client()).get("/api/customers") for person in asking)
    )

    for person, answer in zip(asking, answers, strict=True):
        assert answer.status_code == (200 if person else 401)
    ids = {
        person.team_id: {
            tuple(item["id"] for item in answer.json()["items"])
            for asked, answer in zip(asking, answers, strict=True)
            if asked is person
        }
        for person in teams
        if person
    }
    assert [len(found) for found in ids.values()] == [1, 1]
    assert len(set.union(*ids.values())) == 2


# --- the same ids in two teams


CUSTOMER_ID, INVOICE_ID, PAYMENT_ID = new_id(), new_id(), new_id()


@pytest.fixture
async def twins(people: PeopleFactory, sessions: SessionFactory) -> list[Person]:
    """Two teams with a customer, an invoice and a payment each, under the same ids and the same number."""
    owners = [await people.owner(name) for name in ("Northwind", "Southwind")]
    for sign, owner in enumerate(owners, start=1):
        customer = build_customer(owner.team_id, name=f"Customer of {owner.team_id}")
        customer.id = CUSTOMER_ID
        invoice = build_issued_invoice(customer, gross_minor=100_00 * sign)
        invoice.id, invoice.number, invoice.series_sequence = INVOICE_ID, "T-1", 1
        payment = build_payment(invoice, amount_minor=1_00 * sign, paid_on=date(2026, 11, 3))
        payment.id = PAYMENT_ID
        await keep(sessions, owner.scope, customer, invoice, payment)
    return owners


async def _shown(person: Person) -> dict[str, str]:
    """All that a team reads about its customer, invoice and payment."""
    paths = [
        "/api/customers",
        f"/api/customers/{CUSTOMER_ID}",
        f"/api/invoices/{INVOICE_ID}",
        f"/api/invoices/{INVOICE_ID}/timeline",
        f"/api/invoices/{INVOICE_ID}/payments",
        f"/api/invoices?customer_id={CUSTOMER_ID}",
        "/api/invoices?search=T-1",
        "/api/payments",
        "/api/dashboard",
    ]
    answers = {path: await person.client.get(path) for path in paths}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {path: answer.text for path, answer in answers.items()}


async def test_control_31_equal_ids_in_two_teams_are_two_things(twins: list[Person]) -> None:
    north, south = [str(await _shown(person)) for person in twins]

    for shown, own, others in ((north, *twins), (south, *reversed(twins))):
        assert f"Customer of {own.team_id}" in shown
        assert f"Customer of {others.team_id}" not in shown
    assert ('"100.00"' in north, '"200.00"' in north) == (True, False)
    assert ('"100.00"' in south, '"200.00"' in south) == (False, True)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", f"/api/customers/{CUSTOMER_ID}", {"name": "Renamed"}),
        ("POST", f"/api/customers/{CUSTOMER_ID}/archive", None),
        ("POST", f"/api/payments/{PAYMENT_ID}/reverse", {"reason": "Bounced"}),
        (
            "POST",
            f"/api/invoices/{INVOICE_ID}/payments",
            {"amount": "5.00", "paid_on": "2026-11-03", "method": "cash"},
        ),
    ],
    ids=["rename", "archive", "reverse", "pay"],
)
async def test_control_31_changing_one_leaves_its_twin(
    twins: list[Person], method: str, path: str, body: dict[str, str] | None
) -> None:
    north, south = twins
    before = [await _shown(person) for person in twins]
    answer = await north.client.request(method, path, json=body)
    after = [await _shown(person) for person in (north, south)]

    assert answer.is_success, answer.text
    assert after[0] != before[0]
    assert after[1] == before[1]
