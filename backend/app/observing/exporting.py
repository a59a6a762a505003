"""Whether this process records its traces."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from app.config import VERSION, ObservingSettings


@asynccontextmanager
async def exporting_traces(observing: ObservingSettings, service: str) -> AsyncGenerator[None]:
    """Send what happens meanwhile to the collector, if there is one."""
    if not observing.trace_endpoint:
        yield
        return
    from app.lib.trace_export import exporting_spans  # noqa: PLC0415 - its imports take time that most processes need not spend

    async with exporting_spans(
        observing.trace_endpoint,
        observing.trace_headers,
        service=observing.service_name or service,
        version=VERSION,
        sample_ratio=observing.sample_ratio,
    ):
        yield
