import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import SessionFactory, transaction
from app.lib.ids import new_id
from app.models import Customer, Invoice, Payment, Role
from tests.payments.builders import build_customer, build_draft, build_issued_invoice, keep
from tests.support.people import PeopleFactory, Person

FIFTY = {"amount": "50.00", "paid_on": "2026-11-10", "method": "bank_transfer"}


async def record(person: Person, invoice_id: UUID, **fields: Any) -> httpx.Response:
    return await person.client.post(f"/api/invoices/{invoice_id}/payments", json={**FIFTY, **fields})


async def get_invoice(person: Person, invoice_id: UUID) -> dict[str, Any]:
    return (await person.client.get(f"/api/invoices/{invoice_id}")).json()


def problem(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["type"].removeprefix("urn:quittance:problem:")


async def test_partial_payments_lower_the_balance_until_the_invoice_is_paid(
    owner: Person, invoice: Invoice, customer: Customer
) -> None:
    response = await record(owner, invoice.id, note="First half")

    assert response.status_code == 201, response.text
    payment = response.json()
    assert UUID(payment.pop("id"))
    assert payment == {
        "invoice_id": str(invoice.id),
        "invoice_number": invoice.number,
        "customer_name": customer.name,
        "amount": "50.00",
        "currency": "EUR",
        "paid_on": "2026-11-10",
        "method": "bank_transfer",
        "note": "First half",
        "recorded_by_name": owner.name,
        "created_at": "2026-11-18T12:00:00Z",
        "reversed_at": None,
        "reversal_reason": None,
    }
    assert (await get_invoice(owner, invoice.id))["status"] == "partially_paid"

    assert (await record(owner, invoice.id, amount="69.00")).status_code == 201
    paid = await get_invoice(owner, invoice.id)
    assert (paid["status"], paid["paid_amount"], paid["amount_due"]) == ("paid", "119.00", "0.00")


async def test_payment_above_the_balance_is_refused_and_names_it(owner: Person, invoice: Invoice) -> None:
    await record(owner, invoice.id)

    response = await record(owner, invoice.id, amount="69.01")

    assert problem(response) == (409, "payment-exceeds-balance")
    assert "69.00 EUR" in response.json()["detail"]
    assert (await get_invoice(owner, invoice.id))["amount_due"] == "69.00"


async def test_only_issued_invoices_take_payments(
    owner: Person, sessions: SessionFactory, customer: Customer, invoice: Invoice
) -> None:
    draft = build_draft(customer)
    await keep(sessions, owner.scope, draft)
    await owner.client.post(f"/api/invoices/{invoice.id}/void", json={"reason": "Ordered twice"})

    assert problem(await record(owner, draft.id)) == (409, "invoice-not-payable")
    assert problem(await record(owner, invoice.id)) == (409, "invoice-not-payable")


async def test_reversed_payment_counts_no_longer_and_keeps_its_trail(owner: Person, invoice: Invoice) -> None:
    payment = (await record(owner, invoice.id, amount="119.00")).json()

    reversed_ = await owner.client.post(f"/api/payments/{payment['id']}/reverse", json={"reason": " Bounced "})

    assert reversed_.status_code == 200
    assert reversed_.json() == {**payment, "reversed_at": "2026-11-18T12:00:00Z", "reversal_reason": "Bounced"}
    assert (await get_invoice(owner, invoice.id))["status"] == "open"
    listed = (await owner.client.get(f"/api/invoices/{invoice.id}/payments")).json()["items"]
    assert listed == [reversed_.json()]
    again = await owner.client.post(f"/api/payments/{payment['id']}/reverse", json={"reason": "Twice"})
    assert problem(again) == (409, "payment-already-reversed")


async def test_payments_stand_on_the_invoices_timeline(owner: Person, invoice: Invoice, customer: Customer) -> None:
    payment = (await record(owner, invoice.id)).json()
    await owner.client.post(f"/api/payments/{payment['id']}/reverse", json={"reason": "Bounced"})

    events = (await owner.client.get(f"/api/invoices/{invoice.id}/timeline")).json()["items"]

    assert [(event["kind"], event["actor_name"]) for event in events] == [
        ("payment.recorded", owner.name),
        ("payment.reversed", owner.name),
    ]
    assert events[1]["detail"] == {
        "payment_id": payment["id"],
        "number": invoice.number,
        "customer_name": customer.name,
        "amount": "50.00",
        "currency": "EUR",
        "method": "bank_transfer",
        "paid_on": "2026-11-10",
        "reason": "Bounced",
    }


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"amount": "50.000"}, "amount"),
        ({"amount": "0.00"}, "amount"),
        ({"amount": "-5.00"}, "amount"),
        ({"amount": "1e3"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "9" * 40}, "amount"),
        ({"amount": 50.0}, "amount"),
        ({"amount": None}, "amount"),
        ({"paid_on": "2026-11-19"}, "paid_on"),
        ({"paid_on": "1999-12-31"}, "paid_on"),
        ({"paid_on": "2026-02-30"}, "paid_on"),
        ({"paid_on": "10.11.2026"}, "paid_on"),
        ({"method": "barter"}, "method"),
        ({"note": "x" * 501}, "note"),
        ({"note": "a\x00"}, "note"),
        ({"currency": "USD"}, "currency"),
    ],
)
async def test_malformed_payment_is_refused_at_its_field(
    owner: Person, invoice: Invoice, fields: dict[str, Any], path: str
) -> None:
    response = await record(owner, invoice.id, **fields)

    assert response.status_code == 422, response.text
    assert [error["path"] for error in response.json()["errors"]] == [path]


@pytest.mark.parametrize(
    ("currency", "amount", "refused"),
    [("JPY", "50", "50.00"), ("KWD", "50.000", "50.0000"), ("EUR", "50.00", "50.000")],
)
async def test_amounts_have_at_most_the_decimals_of_their_currency(
    owner: Person, sessions: SessionFactory, customer: Customer, currency: str, amount: str, refused: str
) -> None:
    invoice = build_issued_invoice(customer, currency=currency, gross_minor=100_000)
    await keep(sessions, owner.scope, invoice)

    assert (await record(owner, invoice.id, amount=refused)).status_code == 422
    accepted = await record(owner, invoice.id, amount=amount)
    assert (accepted.status_code, accepted.json()["amount"]) == (201, amount)
    without_decimals = await record(owner, invoice.id, amount="50")
    assert (without_decimals.status_code, without_decimals.json()["amount"]) == (201, amount)


async def test_reversal_needs_a_reason(owner: Person, invoice: Invoice) -> None:
    payment = (await record(owner, invoice.id)).json()

    for body in ({}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 501}):
        response = await owner.client.post(f"/api/payments/{payment['id']}/reverse", json=body)
        assert response.status_code == 422
        assert response.json()["errors"][0]["path"] == "reason"


async def test_list_shows_the_newest_first_and_its_pages_neither_skip_nor_repeat(
    owner: Person, invoice: Invoice
) -> None:
    # The clock stands still: only the ids tell these apart.
    recorded = [(await record(owner, invoice.id, amount="1.00")).json()["id"] for _ in range(7)]

    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        page = (await owner.client.get("/api/payments", params=query)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        await record(owner, invoice.id, amount="1.00")

    assert seen == recorded[::-1]
    assert (await owner.client.get("/api/payments", params={"cursor": "nonsense"})).status_code == 422


async def test_payments_of_another_team_do_not_exist(
    owner: Person, people: PeopleFactory, sessions: SessionFactory
) -> None:
    stranger = await people.owner("Southwind")
    their_customer = build_customer(stranger.team_id)
    their_invoice = build_issued_invoice(their_customer)
    await keep(sessions, stranger.scope, their_customer, their_invoice)
    their_payment = (await record(stranger, their_invoice.id)).json()

    assert problem(await record(owner, their_invoice.id)) == (404, "invoice-not-found")
    assert problem(await owner.client.get(f"/api/invoices/{their_invoice.id}/payments")) == (404, "invoice-not-found")
    response = await owner.client.post(f"/api/payments/{their_payment['id']}/reverse", json={"reason": "Mine now"})
    assert problem(response) == (404, "payment-not-found")
    assert (await owner.client.get("/api/payments")).json()["items"] == []


async def test_unknown_payment_is_not_found(owner: Person) -> None:
    response = await owner.client.post(f"/api/payments/{new_id()}/reverse", json={"reason": "Bounced"})
    assert problem(response) == (404, "payment-not-found")


async def test_viewer_sees_payments_and_records_none(owner: Person, people: PeopleFactory, invoice: Invoice) -> None:
    viewer = await people.member(owner.team_id, Role.VIEWER)
    payment = (await record(owner, invoice.id)).json()

    assert len((await viewer.client.get("/api/payments")).json()["items"]) == 1
    assert (await record(viewer, invoice.id)).status_code == 403
    assert (await viewer.client.post(f"/api/payments/{payment['id']}/reverse", json={"reason": "x"})).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payments SET amount_minor = 1",
        "UPDATE payments SET paid_on = '2026-01-01'",
        "UPDATE payments SET reversed_at = now(), reversal_reason = 'x', amount_minor = 1",
        "DELETE FROM payments",
    ],
)
async def test_database_refuses_to_change_a_payment(
    owner: Person, db_session: AsyncSession, invoice: Invoice, change: str
) -> None:
    await record(owner, invoice.id)

    with pytest.raises(DBAPIError, match="reversed, never changed"):
        await db_session.execute(text(change))


async def test_database_refuses_to_take_a_reversal_back(
    owner: Person, db_session: AsyncSession, invoice: Invoice
) -> None:
    payment = (await record(owner, invoice.id)).json()
    await owner.client.post(f"/api/payments/{payment['id']}/reverse", json={"reason": "Bounced"})

    with pytest.raises(DBAPIError, match="reversed, never changed"):
        await db_session.execute(text("UPDATE payments SET reversed_at = NULL, reversal_reason = NULL"))


async def test_concurrent_payments_never_exceed_the_balance(
    committed_owner: Person, committed_sessions: SessionFactory
) -> None:
    customer = build_customer(committed_owner.team_id)
    invoice = build_issued_invoice(customer, gross_minor=119_00)
    await keep(committed_sessions, committed_owner.scope, customer, invoice)

    responses = await asyncio.gather(*(record(committed_owner, invoice.id, amount="20.00") for _ in range(8)))

    assert Counter(response.status_code for response in responses) == {201: 5, 409: 3}
    async with transaction(committed_sessions, committed_owner.scope) as session:
        amounts = (await session.scalars(select(Payment.amount_minor).where(Payment.invoice_id == invoice.id))).all()
    assert sum(amounts) == 100_00


async def test_of_two_concurrent_reversals_one_is_refused(
    committed_owner: Person, committed_sessions: SessionFactory
) -> None:
    customer = build_customer(committed_owner.team_id)
    invoice = build_issued_invoice(customer)
    await keep(committed_sessions, committed_owner.scope, customer, invoice)
    payment = (await record(committed_owner, invoice.id)).json()
    address = f"/api/payments/{payment['id']}/reverse"

    responses = await asyncio.gather(
        *(committed_owner.client.post(address, json={"reason": "Bounced"}) for _ in range(2))
    )

    assert sorted(response.status_code for response in responses) == [200, 409]
