"""Traces go on where they came from, and cost nothing that is not asked for."""

import re
import subprocess
import sys

import pytest
from opentelemetry.trace import SpanKind, StatusCode

from app.lib.tracing import (
    continued_span,
    current_span,
    current_trace_id,
    current_traceparent,
    inner_span,
    valid_traceparent,
)
from tests.support.spans import (
    CLICK_ID,
    TRACE_ID,
    TRACEPARENT,
    attributes_of,
    parent_id_of,
    recording,
    span_id_of,
    trace_id_of,
)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        TRACEPARENT.upper(),
        TRACEPARENT + "-more",  # version 00 has four fields
        TRACEPARENT + " ",
        f"ff-{TRACE_ID}-{CLICK_ID}-01",
        f"00-{'0' * 32}-{CLICK_ID}-01",
        f"00-{TRACE_ID}-{'0' * 16}-01",
        f"00-{TRACE_ID[:-1]}-{CLICK_ID}-01",
        f"01-{TRACE_ID}-{CLICK_ID}-01x",
        f"00-{TRACE_ID}-{CLICK_ID}-0\u0661",
        f"00-{TRACE_ID}-{CLICK_ID}-01\r\nevil: 1",
    ],
)
def test_a_bad_traceparent_is_ignored(header: str | None) -> None:
    assert valid_traceparent(header) is None
    with continued_span("work", header) as span:
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", span.traceparent)
        assert span.trace_id != TRACE_ID


@pytest.mark.parametrize("header", [TRACEPARENT, TRACEPARENT.replace("00-", "01-", 1) + "-of-the-future"])
def test_a_good_traceparent_is_kept_as_this_version_writes_it(header: str) -> None:
    assert valid_traceparent(header) == TRACEPARENT


def test_a_trace_has_its_id_while_nothing_is_recorded() -> None:
    assert (current_traceparent(), current_trace_id(), current_span()) == (None, None, None)
    with continued_span("request", TRACEPARENT) as span, inner_span("step") as step:
        span.say({"http.route": "/"})
        span.fail("Broken")
        assert (current_traceparent(), current_trace_id(), step) == (TRACEPARENT, TRACE_ID, None)
        assert not span.is_recorded
    assert current_traceparent() is None


def test_traces_that_begin_here_differ() -> None:
    ids: set[str] = set()
    for _ in range(100):
        with continued_span("request", None) as span:
            ids.add(span.trace_id)
    assert len(ids) == 100


def test_recorded_spans_are_children_of_what_they_continue() -> None:
    with recording() as recorded:
        with continued_span("request", TRACEPARENT, {"a": 1}, kind="server"), inner_span("step"):
            handed_on = current_traceparent()
        with continued_span("job", handed_on, kind="consumer"):
            pass
    request, step, job = recorded.only("request"), recorded.only("step"), recorded.only("job")

    assert {trace_id_of(span) for span in recorded.spans} == {TRACE_ID}
    assert parent_id_of(request) == CLICK_ID
    assert parent_id_of(step) == span_id_of(request)
    assert parent_id_of(job) == span_id_of(step)
    assert [span.kind for span in (request, step, job)] == [SpanKind.SERVER, SpanKind.INTERNAL, SpanKind.CONSUMER]
    assert attributes_of(request) == {"a": 1}


def test_a_recorded_trace_without_a_past_is_a_root_even_inside_another() -> None:
    with recording() as recorded, continued_span("outer", None), continued_span("cron", None):
        pass

    assert parent_id_of(recorded.only("cron")) is None
    assert trace_id_of(recorded.only("cron")) != trace_id_of(recorded.only("outer"))


def test_a_failure_tells_its_type_and_not_its_message() -> None:
    with recording() as recorded, pytest.raises(ValueError, match="zoë@example"), continued_span("job", None):
        raise ValueError("zoë@example.com does not pay")
    job = recorded.only("job")

    assert job.status.status_code is StatusCode.ERROR
    assert attributes_of(job) == {"error.type": "ValueError"}
    assert "zo" not in recorded.text  # no hexadecimal id has these letters


def test_the_first_reason_of_a_failure_stands() -> None:
    with recording() as recorded, continued_span("request", None) as span:
        span.fail("KeyError")
        span.fail("500")

    assert attributes_of(recorded.only("request"))["error.type"] == "KeyError"


def test_the_trace_id_alone_decides_what_is_sampled() -> None:
    with recording(sample_ratio=0) as recorded, continued_span("request", TRACEPARENT) as span:
        # The browser asked for it with flag 01: it is not for browsers to decide what we keep.
        assert span.trace_id == TRACE_ID
        assert span.traceparent.endswith("-00")
    assert recorded.spans == []

    with recording(sample_ratio=0.5) as recorded:
        for _ in range(2):
            with continued_span("low", f"00-{'0' * 31}1-{CLICK_ID}-00"), continued_span("job", current_traceparent()):
                pass
            with continued_span("high", f"00-{'f' * 32}-{CLICK_ID}-01"), continued_span("job", current_traceparent()):
                pass
    assert [span.name for span in recorded.spans] == ["job", "low"] * 2


def test_the_sdk_is_not_even_imported_while_tracing_is_off() -> None:
    code = "import sys, app.asgi; print([name for name in sys.modules if name.startswith('opentelemetry.sdk')])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"
