"""One trace from the click through the request, the run and the mail."""

import socket
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from typing import Any
from uuid import UUID

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import select

from app.config import Settings
from app.db.session import SessionFactory, transaction
from app.db.tenancy import TenantScope
from app.lib.tracing import continued_span
from app.models import JobRun, JobState
from app.queue.enqueue import enqueue
from app.queue.registry import TaskContext, task
from tests.invoices.conftest import open_desk
from tests.queue.conftest import sample_tasks as sample_tasks  # registers them
from tests.queue.workers import WorkerProcess, running_worker, wait_for_run
from tests.support.collector import running_collector
from tests.support.people import Person
from tests.support.spans import (
    CLICK_ID,
    TRACE_ID,
    TRACEPARENT,
    Recording,
    attributes_of,
    parent_id_of,
    recording,
    span_id_of,
    trace_id_of,
)


@task
async def sample_enqueuing(ctx: TaskContext) -> None:
    async with ctx.session() as session:
        await enqueue(session, "my_task", arg1="a", arg2=1)


class Mailbox:
    def __init__(self, answer: str = "250 OK") -> None:
        self.answer = answer
        self.recipients: list[str] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            self.recipients.append(address)
        return self.answer


@contextmanager
def smtp_server(settings: Settings, mailbox: Mailbox) -> Generator[Settings]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    mail = msgspec.structs.replace(
        settings.mail, transport="smtp", smtp_host="127.0.0.1", smtp_port=port, smtp_security="none"
    )
    try:
        yield msgspec.structs.replace(settings, mail=mail)
    finally:
        controller.stop()


async def _newest_run(sessions: SessionFactory, person: Person, task: str) -> JobRun:
    async with transaction(sessions, person.scope) as session:
        newest = select(JobRun).where(JobRun.task == task).order_by(JobRun.id.desc()).limit(1)
        return (await session.scalars(newest)).one()


async def _issue_and_deliver(
    settings: Settings, sessions: SessionFactory, person: Person, mailbox: Mailbox, *, until: frozenset[JobState]
) -> JobRun:
    desk = await open_desk(person)
    invoice = await desk.draft()
    answer = await desk.client.post(
        f"/api/invoices/{invoice['id']}/issue", json={}, headers={"traceparent": TRACEPARENT}
    )
    assert answer.status_code == 200, answer.text
    run = await _newest_run(sessions, person, "process_invoice")
    with smtp_server(settings, mailbox) as with_smtp:
        async with running_worker(with_smtp, sessions):
            return await wait_for_run(sessions, run.id, person.team_id, states=until)


async def test_the_click_the_request_the_run_and_the_mail_are_one_trace(
    settings: Settings, committed_sessions: SessionFactory, committed_owner: Person
) -> None:
    mailbox = Mailbox()
    with recording() as recorded:
        run = await _issue_and_deliver(
            settings, committed_sessions, committed_owner, mailbox, until=frozenset({JobState.SUCCEEDED})
        )
    request = recorded.only("POST /api/invoices/{invoice_id}/issue")
    attempt, rendering, mail = (recorded.only(name) for name in ("run process_invoice", "render pdf", "send mail"))

    assert mailbox.recipients == ["pay@blue.example"]
    assert {trace_id_of(span) for span in (request, attempt, rendering, mail)} == {TRACE_ID}
    assert parent_id_of(request) == CLICK_ID
    assert parent_id_of(attempt) == span_id_of(request)
    assert parent_id_of(rendering) == parent_id_of(mail) == span_id_of(attempt)
    assert [span.kind for span in (request, attempt, mail)] == [SpanKind.SERVER, SpanKind.CONSUMER, SpanKind.CLIENT]
    assert (run.trace_id, run.traceparent) == (TRACE_ID, f"00-{TRACE_ID}-{span_id_of(request)}-01")

    told = dict(attributes_of(attempt))
    assert 0 <= told.pop("quittance.wait_seconds") < 30
    assert told == {
        "messaging.system": "saq",
        "messaging.operation.type": "process",
        "messaging.destination.name": "default",
        "messaging.message.id": str(run.id),
        "quittance.task": "process_invoice",
        "quittance.attempt": 1,
    }
    assert attributes_of(mail)["server.address"] == "127.0.0.1"
    assert "blue.example" not in recorded.text


async def test_a_mail_that_is_refused_fails_its_span_and_its_attempts_without_naming_anybody(
    settings: Settings, committed_sessions: SessionFactory, committed_owner: Person
) -> None:
    with recording() as recorded:
        await _issue_and_deliver(
            settings,
            committed_sessions,
            committed_owner,
            Mailbox("550 5.1.1 <pay@blue.example> is unknown"),
            until=frozenset({JobState.DEAD}),
        )
    attempt, mail = recorded.only("run process_invoice"), recorded.only("send mail")

    assert (attempt.status.status_code, mail.status.status_code) == (StatusCode.ERROR, StatusCode.ERROR)
    assert attributes_of(attempt)["error.type"] == "PermanentFailure"
    assert attributes_of(mail)["error.type"] == "MailRejected"
    assert "blue.example" not in recorded.text


async def _run(settings: Settings, sessions: SessionFactory, task: str, **arguments: Any) -> JobRun:
    """Enqueue it inside a request's trace, and wait until a worker is done with it."""
    with continued_span("POST /api/somewhere", TRACEPARENT):
        async with transaction(sessions, TenantScope()) as session:
            run_id = await enqueue(session, task, **arguments)
    async with running_worker(settings, sessions):
        return await wait_for_run(sessions, run_id)


def _attempts(recorded: Recording, task: str) -> list[tuple[object, object]]:
    return [
        (attributes_of(span)["quittance.attempt"], attributes_of(span).get("error.type"))
        for span in recorded.spans
        if span.name == f"run {task}"
    ]


async def test_every_attempt_is_a_span_of_the_same_trace(
    settings: Settings, committed_sessions: SessionFactory
) -> None:
    with recording() as recorded:
        run = await _run(settings, committed_sessions, "sample_failing", succeeds_at=3)

    assert run.state == JobState.SUCCEEDED
    assert _attempts(recorded, "sample_failing") == [(1, "RuntimeError"), (2, "RuntimeError"), (3, None)]
    assert {trace_id_of(span) for span in recorded.spans} == {TRACE_ID}


async def test_a_run_that_takes_too_long_is_told_as_that(
    settings: Settings, committed_sessions: SessionFactory
) -> None:
    with recording() as recorded:
        await _run(settings, committed_sessions, "sample_endless")

    assert _attempts(recorded, "sample_endless") == [(1, "TaskTimedOut")]


@pytest.mark.parametrize("is_recorded", [True, False])
async def test_what_a_run_enqueues_belongs_to_its_trace(
    settings: Settings, committed_sessions: SessionFactory, is_recorded: bool
) -> None:
    with recording() if is_recorded else nullcontext():
        first = await _run(settings, committed_sessions, "sample_enqueuing")
        async with transaction(committed_sessions, TenantScope()) as session:
            second = (await session.scalars(select(JobRun).where(JobRun.task == "my_task"))).one()

    assert (first.trace_id, second.trace_id) == (TRACE_ID, TRACE_ID)
    assert first.traceparent is not None
    assert second.traceparent is not None
    # Where nothing is recorded, the click is the last span that there was.
    assert (second.traceparent == TRACEPARENT) is not is_recorded


@pytest.mark.slow
async def test_a_worker_sends_the_spans_of_a_request_that_another_process_began(
    settings: Settings, committed_sessions: SessionFactory
) -> None:
    with running_collector() as collector:
        with continued_span("POST /api/somewhere", TRACEPARENT):
            async with transaction(committed_sessions, TenantScope()) as session:
                run_id: UUID = await enqueue(session, "my_task", arg1="a", arg2=1)
        with WorkerProcess(settings, OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint) as worker:
            await wait_for_run(committed_sessions, run_id)
            await worker.terminate(within_seconds=10)

    [span] = [span for span in collector.spans if span.name == "run my_task"]
    assert (span.service, span.trace_id, span.parent_id) == ("quittance-worker", TRACE_ID, CLICK_ID)
