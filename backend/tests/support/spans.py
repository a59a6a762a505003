"""Spans kept in memory instead of being sent."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.lib.trace_export import build_provider
from app.lib.tracing import record_spans

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
CLICK_ID = "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE_ID}-{CLICK_ID}-01"


class Recording:
    def __init__(self, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter

    @property
    def spans(self) -> list[ReadableSpan]:
        """What has ended, in that order."""
        return list(self._exporter.get_finished_spans())

    def only(self, name: str) -> ReadableSpan:
        found = [span for span in self.spans if span.name == name]
        assert len(found) == 1, f"{name!r} is {len(found)} times in {[span.name for span in self.spans]}"
        return found[0]

    @property
    def text(self) -> str:
        """Everything that would be sent."""
        return "\n".join(span.to_json() for span in self.spans)


@contextmanager
def recording(*, sample_ratio: float = 1.0) -> Generator[Recording]:
    exporter = InMemorySpanExporter()
    provider = build_provider(SimpleSpanProcessor(exporter), service="tests", version="0", sample_ratio=sample_ratio)
    record_spans(provider.get_tracer("tests"))
    try:
        yield Recording(exporter)
    finally:
        record_spans(None)
        provider.shutdown()


def trace_id_of(span: ReadableSpan) -> str:
    assert span.context is not None
    return f"{span.context.trace_id:032x}"


def span_id_of(span: ReadableSpan) -> str:
    assert span.context is not None
    return f"{span.context.span_id:016x}"


def parent_id_of(span: ReadableSpan) -> str | None:
    return f"{span.parent.span_id:016x}" if span.parent else None


def attributes_of(span: ReadableSpan) -> Mapping[str, Any]:
    return span.attributes or {}
