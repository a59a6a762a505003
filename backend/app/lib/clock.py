"""The one clock: services ask it; the demo data and tests turn it."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

_turned_to: ContextVar[datetime | None] = ContextVar("turned_to", default=None)


def now() -> datetime:
    return _turned_to.get() or datetime.now(tz=UTC)


def today() -> date:
    """The date in UTC: due dates and issue dates are compared in one zone."""
    return now().date()


@contextmanager
def turned_to(moment: datetime) -> Generator[None]:
    """Let the clock stand at a moment, for whatever runs inside."""
    token = _turned_to.set(moment)
    try:
        yield
    finally:
        _turned_to.reset(token)
