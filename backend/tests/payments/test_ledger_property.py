"""Whatever is recorded and reversed, in whatever order: balance and status agree with a model of ten lines."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from app.invoices.services import InvoiceService
from app.models import Customer, PaymentMethod
from app.payments.errors import PaymentAlreadyReversed, PaymentExceedsBalance
from app.payments.schemas import PaymentCreate
from app.payments.services import LedgerService, PaymentService
from tests.payments.builders import build_issued_invoice
from tests.payments.conftest import WEDNESDAY_NOON
from tests.support.people import Person

TODAY = WEDNESDAY_NOON.date()

type Step = tuple[str, int]

steps = st.lists(
    st.one_of(
        st.tuples(st.just("record"), st.integers(1, 150_00)),
        st.tuples(st.just("reverse"), st.integers(0, 5)),
    ),
    max_size=12,
)


class ModelInvoice:
    """What an invoice should do, in memory."""

    def __init__(self, gross: int, due_date: date) -> None:
        self.gross = gross
        self.due_date = due_date
        self.amounts: dict[UUID, int] = {}
        self.reversed: set[UUID] = set()

    @property
    def paid(self) -> int:
        return sum(amount for payment_id, amount in self.amounts.items() if payment_id not in self.reversed)

    @property
    def status(self) -> str:
        if self.paid == self.gross:
            return "paid"
        if self.due_date < TODAY:
            return "overdue"
        return "partially_paid" if self.paid else "open"


async def run_step(step: Step, invoice_id: UUID, model: ModelInvoice, payments: PaymentService) -> None:
    action, value = step
    if action == "record":
        amount = f"{Decimal(value) / 100:.2f}"
        data = PaymentCreate(amount=amount, paid_on=TODAY, method=PaymentMethod.CASH)
        try:
            row = await payments.record(invoice_id, data)
        except PaymentExceedsBalance:
            assert model.paid + value > model.gross
        else:
            assert model.paid + value <= model.gross
            model.amounts[row.payment.id] = value
    elif model.amounts:
        payment_id = list(model.amounts)[value % len(model.amounts)]
        try:
            await payments.reverse(payment_id, reason="Bounced")
        except PaymentAlreadyReversed:
            assert payment_id in model.reversed
        else:
            assert payment_id not in model.reversed
            model.reversed.add(payment_id)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, gross=st.integers(1, 300_00), days_until_due=st.integers(-40, 40))
async def test_balance_and_status_follow_from_the_payments(
    owner: Person, db_session: AsyncSession, customer: Customer, steps: list[Step], gross: int, days_until_due: int
) -> None:
    due_date = TODAY + timedelta(days=days_until_due)
    invoice = build_issued_invoice(customer, gross_minor=gross, issue_date=date(2026, 1, 5), due_date=due_date)
    db_session.add(invoice)
    await db_session.flush()
    payments = PaymentService(db_session, owner.team_id, actor_id=owner.user_id, actor_name=owner.name)
    invoices = InvoiceService(db_session, owner.team_id)
    model = ModelInvoice(gross, due_date)

    for step in steps:
        await run_step(step, invoice.id, model, payments)
        shown = await invoices.show(invoice.id)
        assert Decimal(shown.paid_amount) * 100 == model.paid
        assert Decimal(shown.amount_due) * 100 == model.gross - model.paid
        assert shown.status == model.status

    # The next example meets a ledger in which this one owes nothing more.
    rest = model.gross - model.paid
    if rest:
        await run_step(("record", rest), invoice.id, model, payments)
    assert all(row.outstanding_minor == 0 for row in await LedgerService(db_session, owner.team_id).list_open_totals())
