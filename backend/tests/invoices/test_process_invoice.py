"""The task that renders and mails: repeated, concurrent, refused and given up."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.invoices import tasks
from app.invoices.deliveries import VOIDED
from app.invoices.tasks import process_invoice
from app.lib import clock
from app.lib.mail import MailMessage, MailRejected
from app.lib.pdf import PdfError
from app.models import InvoiceDelivery, InvoiceFile, JobRun, MailboxAttachment, MailboxMessage
from app.queue.errors import LeaseLost, PermanentFailure
from app.queue.registry import TaskContext
from app.queue.repositories import Lease
from tests.invoices.conftest import Desk
from tests.support.jobs import begin
from tests.support.people import Person


class Worker:
    """Runs attempts of the newest `process_invoice` run, as the queue's runner does."""

    def __init__(self, sessions: SessionFactory, settings: Settings, person: Person) -> None:
        self.sessions = sessions
        self.settings = settings
        self.person = person

    async def context(self, *, max_attempts: int = 5) -> tuple[TaskContext, dict[str, Any]]:
        async with transaction(self.sessions, self.person.scope) as session:
            newest = select(JobRun).where(JobRun.task == "process_invoice").order_by(JobRun.id.desc()).limit(1)
            run = (await session.scalars(newest)).one()
            lease = await begin(session, run.id)
        context = TaskContext(
            {}, lease=lease, max_attempts=max_attempts, settings=self.settings, sessions=self.sessions
        )
        return context, {"delivery_id": run.arguments["delivery_id"]}

    async def attempt(self, *, max_attempts: int = 5) -> None:
        context, arguments = await self.context(max_attempts=max_attempts)
        await process_invoice(context, **arguments)

    async def messages(self) -> list[MailboxMessage]:
        async with transaction(self.sessions, self.person.scope) as session:
            return list(await session.scalars(select(MailboxMessage).order_by(MailboxMessage.created_at)))


@pytest.fixture
def worker(sessions: SessionFactory, settings: Settings, owner: Person) -> Worker:
    return Worker(sessions, settings, owner)


async def kinds(desk: Desk, invoice_id: str) -> list[str]:
    timeline = (await desk.client.get(f"/api/invoices/{invoice_id}/timeline")).json()["items"]
    return [event["kind"].removeprefix("invoice.") for event in timeline]


async def test_invoice_is_rendered_kept_and_mailed(
    desk: Desk, worker: Worker, sessions: SessionFactory, owner: Person
) -> None:
    invoice = await desk.issued()
    await worker.attempt()
    shown = await desk.show(invoice["id"])
    assert (shown["delivery"]["state"], shown["delivery"]["error"], shown["has_pdf"]) == ("sent", None, True)
    assert await kinds(desk, invoice["id"]) == ["created", "issued", "queued", "rendering", "rendered", "sent"]
    [message] = await worker.messages()
    assert message.recipient == "pay@blue.example"
    assert invoice["number"] in message.subject
    assert invoice["number"] in message.text
    async with transaction(sessions, owner.scope) as session:
        kept = (await session.scalars(select(InvoiceFile.content))).one()
        attached = (await session.execute(select(MailboxAttachment.filename, MailboxAttachment.content))).one()
    assert tuple(attached) == (f"{invoice['number']}.pdf", kept)
    pdf = await desk.client.get(f"/api/invoices/{invoice['id']}/pdf")
    assert pdf.content == kept
    assert pdf.headers["content-disposition"] == f'inline; filename="{invoice["number"]}.pdf"'


async def test_second_run_sends_nothing_and_tells_nothing(desk: Desk, worker: Worker) -> None:
    invoice = await desk.issued()
    await worker.attempt()
    before = await kinds(desk, invoice["id"])
    await worker.attempt()
    assert await kinds(desk, invoice["id"]) == before
    assert len(await worker.messages()) == 1


@pytest.mark.parametrize("dies_before", ["start_sending", "mark_sent"])
async def test_attempt_after_a_crash_finishes_and_sends_once(
    desk: Desk, worker: Worker, monkeypatch: pytest.MonkeyPatch, dies_before: str
) -> None:
    invoice = await desk.issued()

    async def die(*_: object) -> None:
        raise ConnectionError("the worker is gone")

    with monkeypatch.context() as patched:
        patched.setattr(tasks.DeliveryService, dies_before, die)
        with pytest.raises(ConnectionError):
            await worker.attempt()
    await worker.attempt()
    assert (await desk.show(invoice["id"]))["delivery"]["state"] == "sent"
    assert await kinds(desk, invoice["id"]) == ["created", "issued", "queued", "rendering", "rendered", "sent"]
    assert len(await worker.messages()) == 1


async def test_concurrent_runs_leave_one_message_and_one_document(
    committed_desk: Desk, committed_sessions: SessionFactory, settings: Settings, committed_owner: Person
) -> None:
    worker = Worker(committed_sessions, settings, committed_owner)
    invoice = await committed_desk.issued()
    context, arguments = await worker.context()
    await asyncio.gather(*(process_invoice(context, **arguments) for _ in range(4)))
    assert len(await worker.messages()) == 1
    assert await kinds(committed_desk, invoice["id"]) == [
        "created",
        "issued",
        "queued",
        "rendering",
        "rendered",
        "sent",
    ]


async def test_sending_again_reuses_the_kept_document(desk: Desk, worker: Worker) -> None:
    invoice = await desk.issued()
    await worker.attempt()
    assert (await desk.client.post(f"/api/invoices/{invoice['id']}/send")).status_code == 200
    await worker.attempt()
    assert len(await worker.messages()) == 2
    assert (await kinds(desk, invoice["id"]))[-2:] == ["queued", "sent"]


async def test_refused_recipient_fails_for_good_with_a_sentence(
    desk: Desk, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = await desk.issued()
    monkeypatch.setattr(tasks, "build_transport", refusing(MailRejected("550 no such mailbox")))
    with pytest.raises(PermanentFailure):
        await worker.attempt()
    delivery = (await desk.show(invoice["id"]))["delivery"]
    assert (delivery["state"], delivery["error"]) == (
        "failed",
        "The mail server refused the message: 550 no such mailbox",
    )
    assert (await kinds(desk, invoice["id"]))[-1] == "failed"


async def test_document_that_cannot_be_rendered_fails_for_good(
    desk: Desk, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> bytes:
        raise PdfError("a template is broken")

    invoice = await desk.issued()
    monkeypatch.setattr(tasks, "render_invoice_pdf", fail)
    with pytest.raises(PermanentFailure):
        await worker.attempt()
    assert (await desk.show(invoice["id"]))["delivery"]["error"] == "The document could not be rendered."


async def test_only_the_last_attempt_gives_up(desk: Desk, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    invoice = await desk.issued()
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "build_transport", refusing(ConnectionError("no route")))
        with pytest.raises(ConnectionError):
            await worker.attempt()
        assert (await desk.show(invoice["id"]))["delivery"]["state"] == "sending"
        with pytest.raises(ConnectionError):
            await worker.attempt(max_attempts=1)
    delivery = (await desk.show(invoice["id"]))["delivery"]
    assert (delivery["state"], delivery["error"]) == ("failed", tasks.GAVE_UP)
    # Somebody replays the dead run once the mail server is back.
    await worker.attempt()
    assert (await desk.show(invoice["id"]))["delivery"]["state"] == "sent"


async def test_voided_invoice_is_not_sent(desk: Desk, worker: Worker) -> None:
    invoice = await desk.issued()
    await desk.void(invoice["id"])
    await worker.attempt()
    assert await worker.messages() == []
    assert (await desk.show(invoice["id"]))["delivery"]["error"] == VOIDED


async def test_stalled_sending_that_was_replaced_sends_nothing_more(
    desk: Desk, worker: Worker, sessions: SessionFactory, owner: Person
) -> None:
    invoice = await desk.issued()
    context, first = await worker.context()
    with clock.turned_to(clock.now() + timedelta(minutes=11)):
        assert (await desk.client.post(f"/api/invoices/{invoice['id']}/send")).status_code == 200
    await process_invoice(context, **first)
    assert await worker.messages() == []
    await worker.attempt()
    assert len(await worker.messages()) == 1
    async with transaction(sessions, owner.scope) as session:
        states = (await session.scalars(select(InvoiceDelivery.state).order_by(InvoiceDelivery.id))).all()
    assert states == ["failed", "sent"]


async def test_attempt_that_lost_its_lease_changes_nothing(desk: Desk, worker: Worker) -> None:
    invoice = await desk.issued()
    context, arguments = await worker.context()
    stale = TaskContext(
        {},
        lease=Lease(context.run_id, context.team_id, 99),
        max_attempts=1,
        settings=worker.settings,
        sessions=worker.sessions,
    )
    with pytest.raises(LeaseLost):
        await process_invoice(stale, **arguments)
    assert (await desk.show(invoice["id"]))["delivery"]["state"] == "queued"


class Refusing:
    """A mail server in a bad mood."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def send(self, message: MailMessage) -> None:
        raise self.error


def refusing(error: Exception) -> Callable[..., Refusing]:
    return lambda *_args: Refusing(error)
