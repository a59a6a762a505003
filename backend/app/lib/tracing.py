"""One trace from the click through the request, the job and the mail (W3C Trace Context).

Every request and every attempt of a job has a trace id, for logs, audit log and ledger. Spans are recorded only after `record_spans`; until
then a trace is one string in a context variable.
"""

import random
import re
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Literal, override

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags, Tracer

type Attributes = Mapping[str, str | int | float | bool]
type Kind = Literal["internal", "server", "client", "consumer"]

# A later version may append fields; what we know of it comes first (W3C Trace Context, 4.3).
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_VERSION = "00"
_LENGTH = 55
_NOT_RECORDED = nullcontext[None]()


class Span:
    """A piece of the work at hand; what is said of it reaches nobody unless it is recorded."""

    __slots__ = ("_has_failed", "_recorded", "traceparent")

    def __init__(self, traceparent: str, recorded: trace.Span | None = None) -> None:
        self.traceparent = traceparent
        self._recorded = recorded
        self._has_failed = False

    @property
    def trace_id(self) -> str:
        return self.traceparent[3:35]

    @property
    def is_recorded(self) -> bool:
        return self._recorded is not None

    def say(self, attributes: Attributes) -> None:
        if self._recorded is not None:
            self._recorded.set_attributes(attributes)

    def fail(self, error_type: str) -> None:
        """Mark it as failed; the first reason stands. Only the type is told: messages name people, addresses and amounts."""
        if self._recorded is not None and not self._has_failed:
            self._has_failed = True
            self._recorded.set_attribute("error.type", error_type)
            self._recorded.set_status(Status(StatusCode.ERROR))


_current: ContextVar[Span | None] = ContextVar("span", default=None)
_tracer: Tracer | None = None


def record_spans(tracer: Tracer | None) -> None:
    """Hand spans to the tracer from here on, or to nobody."""
    global _tracer  # noqa: PLW0603 - one process records to one place
    _tracer = tracer


def current_span() -> Span | None:
    return _current.get()


def current_traceparent() -> str | None:
    """What another process needs to go on with this trace."""
    span = _current.get()
    return span.traceparent if span else None


def current_trace_id() -> str | None:
    span = _current.get()
    return span.trace_id if span else None


def valid_traceparent(text: str | None) -> str | None:
    """The trace context in a header or a row as version 00 writes it, or None when it is none."""
    if text is None or not _TRACEPARENT.match(text):
        return None
    is_exact = len(text) == _LENGTH or (not text.startswith(_VERSION) and text[_LENGTH] == "-")
    return _VERSION + text[2:_LENGTH] if is_exact else None


def continued_span(
    name: str, traceparent: str | None, attributes: Attributes | None = None, *, kind: Kind = "internal"
) -> AbstractContextManager[Span]:
    """Go on with a trace that came from elsewhere, or begin one."""
    before = valid_traceparent(traceparent)
    if _tracer is None:
        return _Unrecorded(Span(before or _new_traceparent()))
    return _recorded(_tracer, name, _remote_parent(before), attributes, kind)


def _new_traceparent() -> str:
    # From the generator that OpenTelemetry takes its own from: an id has to be unlike others, and is no secret.
    return f"{_VERSION}-{random.getrandbits(128):032x}-{random.getrandbits(64):016x}-00"


def inner_span(
    name: str, attributes: Attributes | None = None, *, kind: Kind = "internal"
) -> AbstractContextManager[Span | None]:
    """A step of what is being done; None while nothing is recorded."""
    return _NOT_RECORDED if _tracer is None else _recorded(_tracer, name, None, attributes, kind)


class _Unrecorded(AbstractContextManager[Span]):
    """A class, because every request and every attempt of a job passes here."""

    __slots__ = ("_span", "_token")

    def __init__(self, span: Span) -> None:
        self._span = span

    @override
    def __enter__(self) -> Span:
        self._token = _current.set(self._span)
        return self._span

    @override
    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


@contextmanager
def _recorded(
    tracer: Tracer, name: str, parent: Context | None, attributes: Attributes | None, kind: Kind
) -> Generator[Span]:
    with tracer.start_as_current_span(
        name,
        context=parent,
        kind=SpanKind[kind.upper()],
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as recorded:
        span = Span(_traceparent_of(recorded.get_span_context()), recorded)
        token = _current.set(span)
        try:
            yield span
        except BaseException as error:
            span.fail(type(error).__qualname__)
            raise
        finally:
            _current.reset(token)


def _remote_parent(traceparent: str | None) -> Context:
    if traceparent is None:
        return Context()
    _, trace_id, span_id, flags = traceparent.split("-")
    parent = SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
    return trace.set_span_in_context(NonRecordingSpan(parent), Context())


def _traceparent_of(context: SpanContext) -> str:
    return f"{_VERSION}-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
