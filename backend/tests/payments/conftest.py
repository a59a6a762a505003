from datetime import UTC, datetime

import pytest

from app.db.session import SessionFactory
from app.lib import clock
from app.models import Customer, Invoice
from tests.payments.builders import build_customer, build_issued_invoice, keep
from tests.support.people import Person

WEDNESDAY_NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _frozen_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: WEDNESDAY_NOON)


@pytest.fixture
async def customer(sessions: SessionFactory, owner: Person) -> Customer:
    customer = build_customer(owner.team_id)
    await keep(sessions, owner.scope, customer)
    return customer


@pytest.fixture
async def invoice(sessions: SessionFactory, owner: Person, customer: Customer) -> Invoice:
    """An issued invoice over 119.00 EUR that is not due yet."""
    invoice = build_issued_invoice(customer)
    await keep(sessions, owner.scope, invoice)
    return invoice
