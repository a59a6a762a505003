from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import SessionFactory
from app.events.services import record_event
from app.lib import clock
from app.models import Customer, Invoice, Payment
from tests.payments.builders import build_customer, build_draft, build_issued_invoice, build_payment, keep
from tests.support.people import PeopleFactory, Person

TODAY = date(2026, 11, 18)
MONTHS = ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]


@pytest.fixture(autouse=True)
def _frozen_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 18, 12, tzinfo=UTC))


@pytest.fixture
async def customer(sessions: SessionFactory, owner: Person) -> Customer:
    customer = build_customer(owner.team_id)
    await keep(sessions, owner.scope, customer)
    return customer


async def get_dashboard(person: Person) -> dict[str, Any]:
    response = await person.client.get("/api/dashboard")
    assert response.status_code == 200, response.text
    return response.json()


async def test_new_team_has_an_empty_dashboard(owner: Person) -> None:
    assert await get_dashboard(owner) == {"totals": [], "monthly": [], "activity": []}


async def test_dashboard_adds_up_to_the_ledger(sessions: SessionFactory, owner: Person, customer: Customer) -> None:
    invoices = [
        build_issued_invoice(
            customer, issue_date=date(2026, month, day), gross_minor=month * 1000 + day, currency=currency
        )
        for month in range(4, 12)
        for day in (1, 15)
        for currency in ("EUR", "EUR", "KWD")
    ]
    payments = [
        build_payment(
            invoice, amount_minor=500 + index, paid_on=date(2026, 5 + index % 7, 3), is_reversed=index % 5 == 0
        )
        for index, invoice in enumerate(invoices)
    ]
    await keep(
        sessions, owner.scope, *invoices, *payments, build_draft(customer), build_draft(customer, currency="JPY")
    )

    dashboard = await get_dashboard(owner)

    totals = {row["currency"]: row for row in dashboard["totals"]}
    assert list(totals) == ["EUR", "KWD", "JPY"]
    for currency, exponent in (("EUR", 2), ("KWD", 3)):
        assert totals[currency] == expected_totals(invoices, payments, currency, exponent)
    assert (totals["JPY"]["draft_count"], totals["JPY"]["outstanding_amount"]) == (1, "0")
    monthly = {(row["currency"], row["month"]): row for row in dashboard["monthly"]}
    assert list(monthly) == [(currency, month) for currency in totals for month in MONTHS]
    for (currency, month), row in monthly.items():
        assert Decimal(row["invoiced_amount"]) == total(
            (i.gross_minor for i in invoices if i.currency == currency and f"{i.issue_date:%Y-%m}" == month), currency
        )
        assert Decimal(row["paid_amount"]) == total(
            (p.amount_minor for p in counted(payments) if p.currency == currency and f"{p.paid_on:%Y-%m}" == month),
            currency,
        )


def expected_totals(invoices: list[Invoice], payments: list[Payment], currency: str, exponent: int) -> dict[str, Any]:
    due = {
        invoice.id: invoice.gross_minor - sum(p.amount_minor for p in counted(payments) if p.invoice_id == invoice.id)
        for invoice in invoices
        if invoice.currency == currency
    }
    overdue = {
        i.id: due[i.id] for i in invoices if i.currency == currency and i.due_date is not None and i.due_date < TODAY
    }
    this_month = [p.amount_minor for p in counted(payments) if p.currency == currency and p.paid_on.month == 11]
    return {
        "currency": currency,
        "outstanding_amount": f"{total(due.values(), currency):.{exponent}f}",
        "outstanding_count": len(due),
        "overdue_amount": f"{total(overdue.values(), currency):.{exponent}f}",
        "overdue_count": len(overdue),
        "paid_this_month_amount": f"{total(this_month, currency):.{exponent}f}",
        "draft_count": 1 if currency == "EUR" else 0,
    }


def counted(payments: list[Payment]) -> list[Payment]:
    return [payment for payment in payments if payment.reversed_at is None]


def total(minor: Iterable[int], currency: str) -> Decimal:
    return Decimal(sum(minor)).scaleb(-{"EUR": 2, "KWD": 3, "JPY": 0}[currency])


async def test_paid_and_void_invoices_are_not_outstanding(
    sessions: SessionFactory, owner: Person, customer: Customer
) -> None:
    paid, void, due_today = (
        build_issued_invoice(customer, issue_date=date(2026, 10, 19), due_date=TODAY) for _ in range(3)
    )
    await keep(sessions, owner.scope, paid, void, due_today, build_payment(paid, amount_minor=119_00, paid_on=TODAY))
    await owner.client.post(f"/api/invoices/{void.id}/void", json={"reason": "Ordered twice"})

    dashboard = await get_dashboard(owner)

    assert dashboard["totals"] == [
        {
            "currency": "EUR",
            "outstanding_amount": "119.00",
            "outstanding_count": 1,
            "overdue_amount": "0.00",
            "overdue_count": 0,
            "paid_this_month_amount": "119.00",
            "draft_count": 0,
        }
    ]
    assert dashboard["monthly"][-2:] == [
        {"month": "2026-10", "currency": "EUR", "invoiced_amount": "238.00", "paid_amount": "0.00"},
        {"month": "2026-11", "currency": "EUR", "invoiced_amount": "0.00", "paid_amount": "119.00"},
    ]


async def test_dashboard_sends_as_many_queries_for_much_as_for_nothing(
    sessions: SessionFactory, owner: Person, customer: Customer, statements: list[str]
) -> None:
    statements.clear()
    await get_dashboard(owner)
    for_nothing = reads(statements)
    invoices = [build_issued_invoice(customer, currency=currency) for currency in ("EUR", "USD", "JPY", "CHF") * 10]
    await keep(sessions, owner.scope, *invoices)
    statements.clear()

    await get_dashboard(owner)

    assert reads(statements) == for_nothing
    assert len(for_nothing) == 5, "session, open totals, invoiced, received, events"


def reads(statements: list[str]) -> list[str]:
    return [statement for statement in statements if " FROM " in " ".join(statement.split())]


async def test_activity_is_the_last_fifteen_events_of_the_team(owner: Person, people: PeopleFactory) -> None:
    stranger = await people.owner("Southwind")
    await stranger.client.post("/api/customers", json={"name": "Theirs", "email": "a@theirs.example"})
    for number in range(17):
        await owner.client.post("/api/customers", json={"name": f"Customer {number}", "email": "a@ours.example"})

    activity = (await get_dashboard(owner))["activity"]

    assert [event["detail"]["customer_name"] for event in activity] == [
        f"Customer {number}" for number in range(16, 1, -1)
    ]
    assert activity[0]["actor_name"] == owner.name


async def test_activity_tells_a_sending_by_its_end(owner: Person, db_session: AsyncSession) -> None:
    for kind in ("invoice.issued", "invoice.queued", "invoice.rendering", "invoice.rendered", "invoice.sent"):
        record_event(db_session, kind, team_id=owner.team_id, subject_type="invoice", subject_id=owner.team_id)
    await db_session.commit()

    assert [event["kind"] for event in (await get_dashboard(owner))["activity"]] == ["invoice.sent", "invoice.issued"]


async def test_dashboard_shows_nothing_of_another_team(
    owner: Person, people: PeopleFactory, sessions: SessionFactory
) -> None:
    stranger = await people.owner("Southwind")
    customer = build_customer(stranger.team_id)
    invoice = build_issued_invoice(customer)
    await keep(sessions, stranger.scope, customer, invoice, build_payment(invoice, amount_minor=1, paid_on=TODAY))

    assert await get_dashboard(owner) == {"totals": [], "monthly": [], "activity": []}
