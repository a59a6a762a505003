"""Every request has a trace id; where traces are recorded it is a span that tells its route and how it ended."""

from contextlib import nullcontext

import httpx
import msgspec
import pytest
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import select

from app.customers.services import CustomerService
from app.db.session import SessionFactory, transaction
from app.models import JobRun
from tests.support.logs import captured_logs
from tests.support.people import Person
from tests.support.spans import CLICK_ID, TRACE_ID, TRACEPARENT, attributes_of, parent_id_of, recording, trace_id_of

CUSTOMER = {"name": "Blue Harbour", "email": "pay@blue.example", "currency": "EUR"}


async def test_a_request_goes_on_with_the_trace_of_the_browser(owner: Person) -> None:
    with recording() as recorded:
        answer = await owner.client.get("/api/customers?cursor=&limit=2", headers={"traceparent": TRACEPARENT})
    span = recorded.only("GET /api/customers")

    assert answer.status_code == 200
    assert (trace_id_of(span), parent_id_of(span), span.kind) == (TRACE_ID, CLICK_ID, SpanKind.SERVER)
    assert attributes_of(span) == {
        "http.request.method": "GET",
        "http.route": "/api/customers",
        "url.scheme": "http",
        "http.response.status_code": 200,
    }
    assert span.status.status_code is StatusCode.UNSET


async def test_a_span_is_named_by_its_route_and_tells_neither_address_nor_query(owner: Person) -> None:
    customer = (await owner.client.post("/api/customers", json=CUSTOMER)).json()
    with recording() as recorded:
        await owner.client.get(f"/api/customers/{customer['id']}?secret=in-the-query")
    recorded.only("GET /api/customers/{customer_id}")

    assert customer["id"] not in recorded.text
    assert "in-the-query" not in recorded.text


@pytest.mark.parametrize("headers", [{"traceparent": "00-nonsense"}, {}, [("traceparent", TRACEPARENT)] * 2])
async def test_a_bad_traceparent_begins_a_trace_of_its_own(client: httpx.AsyncClient, headers: object) -> None:
    with recording() as recorded:
        answer = await client.get("/api/public/app", headers=headers)  # pyright: ignore[reportArgumentType]
    span = recorded.only("GET /api/public/app")

    assert answer.status_code == 200
    assert parent_id_of(span) is None
    assert trace_id_of(span) != TRACE_ID


async def test_a_refusal_tells_its_type_and_is_no_failure(client: httpx.AsyncClient) -> None:
    with recording() as recorded:
        await client.get("/api/customers")
    span = recorded.only("GET /api/customers")

    assert attributes_of(span)["quittance.problem"] == "urn:quittance:problem:unauthenticated"
    assert attributes_of(span)["http.response.status_code"] == 401
    assert span.status.status_code is StatusCode.UNSET


async def test_an_unexpected_error_is_a_failure_by_its_type(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("ada@example.com")

    monkeypatch.setattr(CustomerService, "list_page", fail)
    with recording() as recorded:
        answer = await owner.client.get("/api/customers")
    span = recorded.only("GET /api/customers")

    assert answer.status_code == 500
    assert span.status.status_code is StatusCode.ERROR
    assert attributes_of(span)["error.type"] == "KeyError"
    assert attributes_of(span)["quittance.problem"] == "urn:quittance:problem:internal-error"
    assert "ada@" not in recorded.text


async def test_nothing_is_recorded_while_tracing_is_off(owner: Person) -> None:
    with recording() as recorded:
        pass
    await owner.client.get("/api/customers", headers={"traceparent": TRACEPARENT})

    assert recorded.spans == []


@pytest.mark.parametrize("is_recorded", [True, False])
async def test_logs_audit_log_and_ledger_carry_the_trace_id(
    committed_owner: Person, committed_sessions: SessionFactory, is_recorded: bool
) -> None:
    owner, headers = committed_owner, {"traceparent": TRACEPARENT}
    with captured_logs("INFO") as logs, recording() if is_recorded else nullcontext():
        added = await owner.client.post("/api/customers", json=CUSTOMER, headers=headers)
        asked = await owner.client.post("/api/auth/password-reset", json={"email": owner.email}, headers=headers)
    lines = [msgspec.json.decode(line) for line in logs.getvalue().splitlines() if line.startswith("{")]
    entries = (await owner.client.get("/api/audit-log")).json()["items"]
    async with transaction(committed_sessions) as session:
        runs = (await session.scalars(select(JobRun.trace_id))).all()

    assert (added.status_code, asked.status_code) == (201, 202)
    assert [line["trace_id"] for line in lines if line["event"] == "request"] == [TRACE_ID] * 2
    assert [entry["trace_id"] for entry in entries if entry["target_type"] == "customer"] == [TRACE_ID]
    assert list(runs) == [TRACE_ID]
