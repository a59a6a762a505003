"""Traces reach the collector that is configured, and one that is away is nobody's trouble."""

import time
from collections.abc import Generator

import msgspec
import pytest

from app.config import ConfigurationError, Settings, load_settings
from app.db.session import SessionFactory
from app.lib.tracing import continued_span, inner_span
from app.observing.exporting import exporting_traces
from app.server.app import create_app
from tests.support.collector import Collector, running_collector, silent_collector
from tests.support.live_server import browser, live_server
from tests.support.spans import CLICK_ID, TRACE_ID, TRACEPARENT


@pytest.fixture
def collector() -> Generator[Collector]:
    with running_collector() as collector:
        yield collector


def sending_to(settings: Settings, endpoint: str, **further: str) -> Settings:
    observing = load_settings({"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, **further}).observing
    return msgspec.structs.replace(settings, observing=observing)


async def test_requests_arrive_at_the_collector_when_the_server_stops_at_the_latest(
    settings: Settings, committed_sessions: SessionFactory, collector: Collector
) -> None:
    told = sending_to(
        settings, collector.endpoint + "/", OTEL_EXPORTER_OTLP_HEADERS="Authorization=Basic%20abc, x-tenant=42"
    )
    async with live_server(create_app(told, sessions=committed_sessions)) as address, browser(address) as client:
        answer = await client.get("/api/public/app", headers={"traceparent": TRACEPARENT})
    [span] = collector.spans

    assert answer.status_code == 200
    assert (span.service, span.name) == ("quittance-api", "GET /api/public/app")
    assert (span.trace_id, span.parent_id) == (TRACE_ID, CLICK_ID)
    assert collector.paths == ["/v1/traces"]
    assert collector.headers[0]["authorization"] == "Basic abc"
    assert collector.headers[0]["x-tenant"] == "42"


async def test_a_service_may_have_a_name_of_its_own(settings: Settings, collector: Collector) -> None:
    told = sending_to(settings, collector.endpoint, OTEL_SERVICE_NAME="invoices-eu")
    async with exporting_traces(told.observing, "quittance-worker"):
        with continued_span("run send_email", None):
            pass

    assert [span.service for span in collector.spans] == ["invoices-eu"]


async def test_no_span_is_sent_that_the_share_leaves_out(settings: Settings, collector: Collector) -> None:
    told = sending_to(settings, collector.endpoint, OTEL_TRACES_SAMPLER_ARG="0")
    async with exporting_traces(told.observing, "quittance-worker"):
        with continued_span("run send_email", TRACEPARENT), inner_span("send mail"):
            pass

    assert collector.spans == []


async def test_nothing_is_recorded_without_a_collector(settings: Settings) -> None:
    async with exporting_traces(settings.observing, "quittance-api"):
        with continued_span("request", None) as span:
            assert not span.is_recorded


@pytest.mark.parametrize("is_silent", [True, False])
async def test_a_collector_that_is_away_delays_no_request_and_no_stop(
    settings: Settings, committed_sessions: SessionFactory, is_silent: bool
) -> None:
    with silent_collector() as silent:
        endpoint = silent if is_silent else "http://127.0.0.1:1"
        app = create_app(sending_to(settings, endpoint), sessions=committed_sessions)
        async with live_server(app) as address, browser(address) as client:
            began_at = time.monotonic()
            for _ in range(20):
                assert (await client.get("/health/live")).status_code == 200
            asked_at = time.monotonic()
        stopped_at = time.monotonic()

    # Whoever waited for one sending would wait for its three seconds.
    assert asked_at - began_at < 3
    assert stopped_at - asked_at < 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://collector:4317"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "secret-without-a-name"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "=of-no-name"),
        ("OTEL_TRACES_SAMPLER_ARG", "2"),
        ("OTEL_TRACES_SAMPLER_ARG", "nan"),
        ("OTEL_TRACES_SAMPLER_ARG", "often"),
        ("METRICS_TOKEN", "short"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_without_repeating_a_secret(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}: ") as refusal:
        load_settings({name: value})

    if name.endswith(("HEADERS", "TOKEN")):
        assert value not in str(refusal.value)


def test_settings_print_neither_the_token_nor_what_the_collector_wants_to_see() -> None:
    secret = "what-nobody-may-read"
    settings = load_settings({"METRICS_TOKEN": secret, "OTEL_EXPORTER_OTLP_HEADERS": f"authorization={secret}"})

    assert secret not in repr(settings.observing)
