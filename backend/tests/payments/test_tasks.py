import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.lib import clock
from app.lib.ids import new_id
from app.models import Customer, JobRun, JobState, Role, TeamEvent
from app.payments.services import LedgerService
from app.payments.tasks import mark_overdue_invoices, weekly_report
from app.payments.weekly_report import last_monday
from app.queue.context import TaskContext
from app.queue.repositories import Lease
from tests.payments.builders import build_customer, build_draft, build_issued_invoice, build_payment, keep
from tests.support.people import PeopleFactory, Person

OCTOBER_1 = date(2026, 10, 1)


@pytest.fixture
async def ctx(sessions: SessionFactory, settings: Settings) -> TaskContext:
    """The context of a run of the system, in its first attempt."""
    moment = datetime(2026, 11, 18, 6, tzinfo=UTC)
    run = JobRun(
        id=new_id(), queue="default", task="t", arguments={}, state=JobState.RUNNING, attempt=1, max_attempts=5,
        scheduled_at=moment, queued_at=moment,
    )  # fmt: skip
    async with transaction(sessions) as session:
        session.add(run)
    return TaskContext({}, lease=Lease(run.id, None, 1), max_attempts=5, settings=settings, sessions=sessions)


async def overdue_events(sessions: SessionFactory, person: Person) -> list[TeamEvent]:
    async with transaction(sessions, person.scope) as session:
        return list((await session.scalars(select(TeamEvent).where(TeamEvent.kind == "invoice.overdue"))).all())


async def report_mails(sessions: SessionFactory, person: Person) -> list[dict[str, Any]]:
    async with transaction(sessions, person.scope) as session:
        statement = select(JobRun).where(JobRun.task == "send_email").order_by(JobRun.queued_at)
        return [run.arguments for run in (await session.scalars(statement)).all()]


async def test_each_overdue_invoice_is_announced_once(
    ctx: TaskContext, sessions: SessionFactory, owner: Person, customer: Customer, invoice: object
) -> None:
    late = build_issued_invoice(customer, issue_date=OCTOBER_1)
    paid = build_issued_invoice(customer, issue_date=OCTOBER_1)
    bounced = build_issued_invoice(customer, issue_date=OCTOBER_1)
    due_today = build_issued_invoice(customer, issue_date=OCTOBER_1, due_date=clock.today())
    await keep(
        sessions,
        owner.scope,
        *(late, paid, bounced, due_today, build_draft(customer)),
        build_payment(late, amount_minor=19_00, paid_on=OCTOBER_1),
        build_payment(paid, amount_minor=119_00, paid_on=OCTOBER_1),
        build_payment(bounced, amount_minor=119_00, paid_on=OCTOBER_1, is_reversed=True),
    )

    assert await mark_overdue_invoices(ctx) == {"announced": 2}
    assert await mark_overdue_invoices(ctx) == {"announced": 0}

    events = {event.subject_id: event for event in await overdue_events(sessions, owner)}
    assert set(events) == {late.id, bounced.id}
    assert events[late.id].actor_name is None
    assert events[late.id].detail == {
        "number": late.number,
        "customer_name": customer.name,
        "due_date": "2026-10-31",
        "amount_due": "100.00",
        "currency": "EUR",
    }


async def test_overdue_invoices_are_announced_to_their_own_team(
    ctx: TaskContext, sessions: SessionFactory, owner: Person, people: PeopleFactory, customer: Customer
) -> None:
    stranger = await people.owner("Southwind")
    their_customer = build_customer(stranger.team_id)
    theirs = build_issued_invoice(their_customer, issue_date=OCTOBER_1)
    ours = build_issued_invoice(customer, issue_date=OCTOBER_1)
    await keep(sessions, stranger.scope, their_customer, theirs)
    await keep(sessions, owner.scope, ours)

    assert await mark_overdue_invoices(ctx) == {"announced": 2}
    assert [event.subject_id for event in await overdue_events(sessions, owner)] == [ours.id]
    assert [event.subject_id for event in await overdue_events(sessions, stranger)] == [theirs.id]


async def test_one_teams_failure_leaves_the_others_served(
    ctx: TaskContext, sessions: SessionFactory, owner: Person, people: PeopleFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = await people.owner("Broken")
    for person in (broken, owner):
        customer = build_customer(person.team_id)
        await keep(sessions, person.scope, customer, build_issued_invoice(customer, issue_date=OCTOBER_1))
    fail_for(broken, monkeypatch)

    with pytest.raises(ExceptionGroup, match="1 of 2 teams failed"):
        await mark_overdue_invoices(ctx)

    assert len(await overdue_events(sessions, owner)) == 1


def fail_for(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.payments.repositories import LedgerRepository  # noqa: PLC0415 - only here

    original: Callable[..., Any] = LedgerRepository.list_unannounced_overdue

    async def failing(self: LedgerRepository, today: date) -> Any:
        if self.team_id == person.team_id:
            raise RuntimeError("no luck")
        return await original(self, today)

    monkeypatch.setattr(LedgerRepository, "list_unannounced_overdue", failing)


@pytest.mark.parametrize(
    ("today", "monday"),
    [
        (date(2026, 11, 23), date(2026, 11, 16)),
        (date(2026, 11, 29), date(2026, 11, 16)),
        (date(2027, 1, 4), date(2026, 12, 28)),
    ],
)
def test_last_week_is_the_last_complete_one(today: date, monday: date) -> None:
    assert last_monday(today) == monday


async def test_weekly_report_tells_each_owner_the_figures_of_last_week(
    ctx: TaskContext, sessions: SessionFactory, owner: Person, people: PeopleFactory, customer: Customer
) -> None:
    co_owner = await people.member(owner.team_id, Role.OWNER)
    await people.member(owner.team_id, Role.ADMIN)
    # The week before Wednesday 18 November is that of 9 to 15 November.
    within = [build_issued_invoice(customer, issue_date=date(2026, 11, day), gross_minor=100_00) for day in (9, 15)]
    around = [build_issued_invoice(customer, issue_date=date(2026, 11, day), gross_minor=7_00) for day in (8, 16)]
    late = build_issued_invoice(customer, issue_date=OCTOBER_1, gross_minor=1234_50)
    yen = build_issued_invoice(customer, issue_date=OCTOBER_1, gross_minor=5000, currency="JPY")
    await keep(
        sessions,
        owner.scope,
        *(*within, *around, late, yen),
        build_payment(within[0], amount_minor=30_00, paid_on=date(2026, 11, 9)),
        build_payment(within[1], amount_minor=20_00, paid_on=date(2026, 11, 15)),
        build_payment(around[1], amount_minor=1_00, paid_on=date(2026, 11, 16)),
        build_payment(late, amount_minor=9_00, paid_on=date(2026, 11, 12), is_reversed=True),
    )

    assert await weekly_report(ctx) == {"mails": 2}

    mails = {mail["to"]: mail for mail in await report_mails(sessions, owner)}
    assert set(mails) == {owner.email, co_owner.email}
    text = " ".join(mails[owner.email]["text"].split())
    assert (
        "Invoiced last week 200.00 Received last week 50.00 Outstanding now 1,397.50 Of that overdue 1,234.50" in text
    )
    assert "Outstanding now 5,000 Of that overdue 5,000" in text
    assert "2026-W46" in mails[owner.email]["message_id"]
    assert mails[owner.email]["message_id"] != mails[co_owner.email]["message_id"]


async def test_weekly_report_mails_nobody_twice(
    ctx: TaskContext, sessions: SessionFactory, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await weekly_report(ctx) == {"mails": 1}
    assert await weekly_report(ctx) == {"mails": 0}
    async with transaction(sessions, owner.scope) as session:
        run = (await session.scalars(select(JobRun).where(JobRun.task == "send_email"))).one()
        run.state, run.finished_at = JobState.SUCCEEDED, clock.now()
    assert await weekly_report(ctx) == {"mails": 0}

    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 23, 9, tzinfo=UTC))
    assert await weekly_report(ctx) == {"mails": 1}
    assert len(await report_mails(sessions, owner)) == 2


async def test_two_runs_at_once_announce_an_invoice_once(
    committed_owner: Person, committed_sessions: SessionFactory
) -> None:
    customer = build_customer(committed_owner.team_id)
    late = [build_issued_invoice(customer, issue_date=OCTOBER_1) for _ in range(3)]
    await keep(committed_sessions, committed_owner.scope, customer, *late)

    async def announce() -> int:
        async with transaction(committed_sessions, committed_owner.scope) as session:
            return await LedgerService(session, committed_owner.team_id).announce_overdue()

    assert sorted(await asyncio.gather(announce(), announce())) == [0, 3]
    assert len(await overdue_events(committed_sessions, committed_owner)) == 3
