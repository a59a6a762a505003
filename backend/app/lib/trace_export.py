"""Sends recorded spans to an OpenTelemetry collector. Imported only where one is configured."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased

from app.lib.tracing import record_spans

_SEND_TIMEOUT_SECONDS = 3
# A collector that is away must not keep a process from stopping.
_LAST_SENDING_SECONDS = 1.0


@asynccontextmanager
async def exporting_spans(
    endpoint: str, headers: Mapping[str, str], *, service: str, version: str, sample_ratio: float
) -> AsyncGenerator[None]:
    """Record spans while this lasts, sent in the background over OTLP/HTTP; what a collector that is away cannot take is dropped."""
    exporter = OTLPSpanExporter(
        endpoint=f"{endpoint.rstrip('/')}/v1/traces", headers=headers, timeout=_SEND_TIMEOUT_SECONDS
    )
    provider = build_provider(BatchSpanProcessor(exporter), service=service, version=version, sample_ratio=sample_ratio)
    record_spans(provider.get_tracer("quittance", version))
    try:
        yield
    finally:
        record_spans(None)
        stopping = threading.Thread(target=provider.shutdown, daemon=True)
        stopping.start()
        await asyncio.to_thread(stopping.join, _LAST_SENDING_SECONDS)


def build_provider(processor: SpanProcessor, *, service: str, version: str, sample_ratio: float) -> TracerProvider:
    """The trace id alone decides what is kept: API and worker decide alike, and a browser's flag decides nothing."""
    provider = TracerProvider(
        resource=Resource.create({SERVICE_NAME: service, SERVICE_VERSION: version}),
        sampler=TraceIdRatioBased(sample_ratio),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(processor)
    return provider
