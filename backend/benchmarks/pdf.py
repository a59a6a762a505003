"""Renders invoices as the worker does and fails when a typical one takes longer than its limit.

Run from backend/: python -m benchmarks.pdf
"""

import statistics
import sys
import time
from collections.abc import Iterable
from decimal import Decimal
from itertools import count

import msgspec

from app.lib.pdf import InvoiceDocument, render_invoice_pdf
from tests.lib.invoice_documents import studio_invoice

LIMIT_MS = 300
TYPICAL_LINE_COUNT = 8
TYPICAL_RUNS = 100
LONG_LINE_COUNT = 200
LONG_RUNS = 20


def invoices(line_count: int) -> Iterable[InvoiceDocument]:
    # Typst remembers layout it has seen, so every run gets lines that no run had before.
    for run in count(1):
        invoice = studio_invoice(line_count, number=f"INV-{line_count}-{run:05}")
        yield msgspec.structs.replace(
            invoice,
            lines=tuple(
                msgspec.structs.replace(line, description=f"{run}/{position} {line.description}", quantity=Decimal(run))
                for position, line in enumerate(invoice.lines)
            ),
        )


def milliseconds(line_count: int, run_count: int) -> list[float]:
    durations: list[float] = []
    for _, invoice in zip(range(run_count), invoices(line_count), strict=False):
        started = time.perf_counter()
        render_invoice_pdf(invoice)
        durations.append((time.perf_counter() - started) * 1000)
    return durations


def main() -> int:
    started = time.perf_counter()
    render_invoice_pdf(studio_invoice(1, number="WARM-UP"))
    print(f"first render, fonts read: {(time.perf_counter() - started) * 1000:.0f} ms")
    long = milliseconds(LONG_LINE_COUNT, LONG_RUNS)
    print(f"{LONG_LINE_COUNT} lines: median {statistics.median(long):.0f} ms, longest {max(long):.0f} ms")
    typical = milliseconds(TYPICAL_LINE_COUNT, TYPICAL_RUNS)
    median, p95 = statistics.median(typical), statistics.quantiles(typical, n=20)[-1]
    print(f"pdf_ms_median={median:.1f} pdf_ms_p95={p95:.1f} limit_ms={LIMIT_MS}")
    return 0 if p95 <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
